# Le panneau droit : les images du dossier de sortie.

gallery-label = Images générées
gallery-empty = Les images apparaissent ici
gallery-search = Rechercher des images par nom et par prompt
gallery-search-hint = Rechercher
gallery-nothing-found = Aucune image ne contient ces mots

# Comment une image est appelée : par le lecteur d’écran, et là où repose le pointeur.
gallery-caption = { $prompt }, { $width } × { $height }, { $date }
gallery-caption-unnamed = { $name }, { $width } × { $height }, { $date }
gallery-caption-unread = { $name }, { $date }
gallery-caption-flawed = { $name } : { $reason }
gallery-job =
    En cours, { $percent } % : { $prompt }
    { $detail }
gallery-job-waits =
    En attente, numéro { $n } : { $prompt }
    { $detail }

gallery-flaw-too-large = trop grande pour être affichée ici
gallery-flaw-no-picture = pas une image
gallery-flaw-damaged = endommagée ou incomplète
gallery-flaw-unreadable = ne peut pas être lue : { $reason }

gallery-show = _Afficher
gallery-copy = _Copier
gallery-use-parameters = _Utiliser les paramètres
gallery-use-all-but-seed = Tout utiliser _sauf la graine
gallery-open-folder = Ouvrir le _dossier
gallery-delete = _Mettre à la corbeille

gallery-deleted-short = Mise à la corbeille
gallery-deleted = { $name } est dans la corbeille
gallery-undo = Ann_uler
gallery-undo-tooltip = Rétablir l’image (Ctrl+Z)
gallery-undo-close = Fermer
gallery-delete-failed = { $name } n’a pas été supprimé : { $reason }
gallery-delete-advice = La corbeille du bureau ne prend pas les fichiers de ce dossier. Utiliser « Ouvrir le dossier » pour supprimer le fichier dans le gestionnaire de fichiers.
gallery-restore-failed = { $name } n’a pas été rétabli : { $reason }
gallery-restore-advice = Le chercher dans la corbeille du bureau.
