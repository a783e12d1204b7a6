# Menus, boutons et touches : comment une action s’appelle (menu-) et ce qu’elle fait (action-).

menubar-file = _Fichier
menubar-edit = É_dition
menubar-model = _Modèle
menubar-generate = _Générer
menubar-view = _Affichage
menubar-help = Aid_e

menu-open-picture = _Ouvrir une image pour ses paramètres…
action-open-picture = Reprendre le prompt et les paramètres d’une image
menu-open-output-folder = Ouvrir le _dossier des images
action-open-output-folder = Afficher le dossier des images dans le gestionnaire de fichiers
menu-preferences = _Préférences
action-preferences = Modifier les dossiers, les GPU, la langue et le thème
menu-quit = _Quitter
action-quit = Quitter

menu-copy-picture = _Copier l’image
action-copy-picture = Copier l’image affichée
menu-copy-seed = Copier la _graine
action-copy-seed = Copier la graine de la dernière image
menu-swap-prompts = _Intervertir les prompts
action-swap-prompts = Intervertir le prompt positif et le prompt négatif
menu-clear-prompts = _Effacer les prompts
action-clear-prompts = Effacer les deux prompts

menu-load-model = _Charger le modèle
action-load-model = Charger le modèle, pour que la première image n’ait pas à l’attendre
menu-clear-model = _Décharger le modèle
action-clear-model = Libérer la mémoire du modèle
menu-open-checkpoint = _Ouvrir un autre checkpoint…
action-open-checkpoint = Ouvrir un checkpoint situé ailleurs
menu-rescan = _Relire les dossiers
action-rescan = Rechercher à nouveau des modèles
menu-open-models-folder = Ouvrir le dossier des _modèles
action-open-models-folder = Afficher le dossier des modèles dans le gestionnaire de fichiers

menu-generate = _Générer
action-generate = Créer une image ; si une autre est en cours, la suivante
menu-queue = Ajouter à la file d’_attente
action-queue = Mettre une image dans la file d’attente, sans rien démarrer
menu-stop = A_rrêter
action-stop = Arrêter après l’étape en cours ; encore une fois : arrêter tout de suite
menu-stop-all = _Tout arrêter
action-stop-all = Arrêter, et vider la file d’attente
menu-resume = _Démarrer la file d’attente
action-resume = Poursuivre la file d’attente
menu-show-queue = A_fficher la file d’attente
action-show-queue = Afficher la file d’attente
menu-finish-pictures = Terminer les _images interrompues
action-finish-pictures = Terminer les images dont la dernière étape, le décodage, a été interrompue
menu-discard-pictures = _Jeter les images interrompues
action-discard-pictures = Mettre à la corbeille ce qui a été gardé des images interrompues
menu-restore-pictures = _Rétablir
action-restore-pictures = Sortir les images interrompues de la corbeille
menu-random-seed = Graine a_léatoire
action-random-seed = Tirer une nouvelle graine pour chaque image
menu-reuse-seed = Der_nière graine
action-reuse-seed = Prendre la graine de la dernière image

menu-left-panel = Panneau _gauche
action-left-panel = Afficher ou masquer le panneau gauche
menu-right-panel = Panneau _droit
action-right-panel = Afficher ou masquer le panneau droit
menu-fullscreen = _Plein écran
action-fullscreen = Rien que l’image
menu-zoom-in = Zoom _avant
action-zoom-in = Afficher l’image en plus grand
menu-zoom-out = Zoom a_rrière
action-zoom-out = Afficher l’image en plus petit
menu-zoom-fit = Image _entière
action-zoom-fit = Afficher l’image entière
menu-zoom-actual = _1:1
action-zoom-actual = Afficher un pixel de l’image sur un pixel de l’écran
menu-newer-picture = Image plus ré_cente
action-newer-picture = Afficher l’image créée après celle-ci
menu-older-picture = Image plus a_ncienne
action-older-picture = Afficher l’image créée avant celle-ci
menu-focus-pictures = Aller aux _images
action-focus-pictures = Aller aux vignettes
menu-focus-prompt = Aller au pro_mpt
action-focus-prompt = Aller au prompt
menu-theme-system = Couleurs du _bureau
action-theme-system = Clair ou sombre, comme le bureau
menu-theme-light = C_lair
action-theme-light = Clair
menu-theme-dark = S_ombre
action-theme-dark = Sombre

menu-shortcuts = _Raccourcis clavier
action-shortcuts = Afficher tous les raccourcis clavier
menu-open-settings-folder = Ouvrir le _dossier des réglages
action-open-settings-folder = Afficher le dossier des réglages dans le gestionnaire de fichiers
menu-about = À _propos d’aiimagegen
action-about = Ce qu’est ce programme
menu-restart = _Redémarrer
action-restart = Fermer le programme et le relancer

button-generate = Générer
button-generate-more = Autres façons de générer
button-stop = Arrêter
button-stop-now = Arrêter tout de suite
button-load-model = Charger le modèle
button-clear-model = Décharger le modèle

## Pourquoi une chose n’est pas possible maintenant

why-busy = Une image est en cours de création : l’arrêter d’abord.
why-loading = Un modèle est en cours de chargement : l’arrêter d’abord.
why-no-checkpoint = Il n’y a pas encore de checkpoint à charger.
why-loaded = Ce modèle est déjà chargé.
why-none-loaded = Aucun modèle n’est chargé.

## La file d’attente

queue-button = File d’attente { $n }
queue-button-held = File d’attente { $n } (en pause)
queue-list = Images en attente
queue-detail = { $size }, { $steps } étapes, { $model }
queue-earlier = Plus tôt
queue-later = Plus tard
queue-remove = Retirer de la file d’attente
queue-clear = _Vider la file d’attente
queue-restored = Des images de la dernière session sont dans la file d’attente.
queue-restored-advice = Rien n’est créé avant le démarrage de la file d’attente.
queue-held = Deux images de suite ont échoué : le reste de la file attend.

## Les touches, et ce qu’est le programme

shortcuts-title = Raccourcis clavier
shortcuts-prompts = Dans un prompt
shortcuts-picture = Sur l’image
shortcuts-pictures = Parmi les vignettes
shortcuts-queue = Dans la file d’attente
shortcut-emphasis-more = Plus de poids pour les mots sélectionnés
shortcut-emphasis-less = Moins de poids pour les mots sélectionnés
shortcut-history-older = Un prompt plus ancien
shortcut-history-newer = Un prompt plus récent
shortcut-picture-fit = Image entière, ou 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = Plus grand, plus petit
shortcut-pictures-show = Afficher l’image
shortcut-pictures-delete = Mettre l’image à la corbeille
shortcut-pictures-undo = La rétablir
shortcut-pictures-menu = Ce que l’on peut en faire
about-comments = Des images à partir de mots, sur cet ordinateur seul

## La fenêtre

status-position = { $n } sur { $count }
percent = { $percent } %
picture-files = Images
recovered = Paramètres de { $file }
recovered-unhonoured = Non repris : { $keys }.
unfinished-found = Images échantillonnées mais non décodées : { $n }. Rien n’en est perdu.
unfinished-advice = Les décoder prend quelques secondes ; cela ne démarre pas tout seul. Fermez ce message pour les garder pour plus tard.
unfinished-kept = Ce qui a été calculé est gardé : fermez ce message pour terminer l’image ou l’abandonner.
unfinished-discarded = Images interrompues mises à la corbeille : { $n }.
unfinished-surplus = Le programme garde { $most } images interrompues. Les plus anciennes sont maintenant dans la corbeille : { $n }.
unfinished-discard-failed = Des images interrompues n’ont pas été jetées : { $reason }
unfinished-discard-advice = La corbeille du bureau n’accepte pas les fichiers du dossier des réglages. Supprimez-les là-bas, dans le dossier « unfinished ».
unfinished-restore-failed = Des images interrompues n’ont pas été rétablies : { $reason }
unfinished-restore-advice = Cherchez-les dans la corbeille du bureau.
language-changed = La langue changera au prochain démarrage du programme.
defaults-saved = Ce sont désormais les valeurs par défaut.
