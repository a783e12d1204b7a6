# Français : le premier démarrage, les préférences, et le fichier de réglages que les deux écrivent.

## Ce qui ne va pas dans un fichier de réglages

settings-unreadable = { $file }: les réglages ne peuvent pas être lus : { $reason }
settings-broken = { $file }: les réglages ne sont pas valides : { $reason }
settings-newer = { $file }: une version plus récente de ce programme a écrit ces réglages (structure { $version })
settings-value = { $file }: { $key } ne peut pas valoir { $value }

## Premier démarrage

setup-title = Configuration ({ $page })
setup-back = _Précédent
setup-next = _Suivant
setup-finish = _Terminer
setup-page = { $page } sur { $pages }
setup-folders-heading = Où tout est conservé
setup-folders-intro = Rien ne quitte cette machine : les réglages, les images et les modèles restent dans ces dossiers.
setup-devices-heading = Ce qui calcule les images
setup-devices-intro = Seules les cartes graphiques cochées ici sont utilisées.
setup-summary-heading = Langue et résumé
setup-broken = { $reason }. Ce qui a pu en être lu est repris ici.
setup-broken-kept = { $reason }. Le fichier est conservé sous { $kept } ; ce qui a pu en être lu est repris ici.
setup-summary-settings = Réglages
setup-summary-output = Images
setup-summary-models = Modèles
setup-summary-devices = Calcule sur
setup-devices-unknown = La recherche des cartes graphiques est en cours

## La ligne d’un dossier

folder-settings = Dossier des _réglages
folder-output = Dossier des _images
folder-models = Dossier des _modèles
folder-choose = Choisir…
folder-choose-settings = Choisir le dossier des réglages
folder-choose-output = Choisir le dossier des images
folder-choose-models = Choisir le dossier des modèles
folder-select = Choisir
folder-there = Ce dossier existe.
folder-to-be-made = Ce dossier sera créé.
folder-not-whole = Écrire le chemin complet : il commence par / ou ~/.
folder-file-in-the-way = { $path } existe, et n’est pas un dossier.
folder-not-writable = La permission d’écrire dans { $path } manque.
folder-has-settings = Ce dossier contient déjà des réglages : ils sont repris, avec ce qui est choisi ici.
folder-fixed = Indiqué sur la ligne de commande, avec --settings.
folder-unusable = Ce dossier est inutilisable : { $reason }

## La liste des cartes graphiques

devices-looking = Recherche de cartes graphiques
devices-title = { $name }, { $memory }
devices-pci = PCI { $address }
devices-unusable = Inutilisable : { $reason }.
devices-remark = Remarque : { $reason }.
devices-none = Aucune carte graphique n’a été trouvée. Le processeur calcule : { $name }, { $memory }.
devices-none-usable = Aucune carte graphique n’est utilisable. Le processeur calcule : { $name }, { $memory }.
devices-processor = Si aucune carte n’est cochée, le processeur calcule : { $name }, { $memory }.
devices-failed = La recherche de cartes graphiques a échoué, peut-être à cause d’un pilote. Raison : { $reason }. Le processeur peut être utilisé : { $name }, { $memory }.
devices-again = Relancer la recherche

## Langue et couleurs

language-label = _Langue
language-system = Langue du système
theme-label = _Thème
theme-system = Comme le système
theme-light = Clair
theme-dark = Sombre

## Préférences

preferences-title = Préférences
preferences-folders = Dossiers
preferences-devices = Cartes graphiques
preferences-devices-note = Utilisées à partir de la prochaine image. Le modèle est rechargé pour cela.
preferences-strict = Même image _quel que soit le nombre de cartes graphiques
preferences-strict-note = Une carte travaille alors comme le font deux : elle calcule le prompt et le prompt négatif l’un après l’autre. C’est plus long sur une carte, surtout pour les petites images, et ne coûte rien sur deux. En général, les images ne diffèrent que par de fins détails de celles obtenues sans ce choix.
preferences-appearance = Apparence
preferences-language-note = La langue changera au prochain démarrage du programme.
preferences-settings-folder = Les réglages sont dans { $folder }
preferences-save = _Enregistrer
preferences-cancel = _Annuler
preferences-not-saved = Enregistrement impossible : { $reason }
