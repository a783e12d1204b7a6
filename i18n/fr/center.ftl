# Français : l’image et les prompts.

## Prompts

prompt-example = Par exemple : { $prompt }
prompt-tokens = { $tokens }/{ $room } tokens
prompt-tokens-tooltip = L’encodeur de texte lit 75 tokens à la fois. Un prompt plus long est lu en plusieurs parties ; ce qui se trouve dans une même partie s’accorde le mieux.
prompt-cut = Le texte était trop long : un prompt contient { $most } caractères, et la suite a été laissée de côté.
prompt-cut-hint = Annuler (Ctrl+Z) rétablit ce qui s’y trouvait avant.

# Les exemples restent en anglais : ils vont tels quels dans le prompt, et les modèles ont appris l’anglais.
examples-heading = Essayer l’un de ceux-ci, ou écrire le sien plus bas (l’anglais donne les meilleurs résultats)
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## Images venant de fichiers

picture-kind = ceci n’est pas une image PNG, JPEG ou WebP
picture-too-large = elle fait { $size } pixels, plus que les { $most } mégapixels affichables
picture-file-too-large = le fichier dépasse { $most } Mio, trop pour une image affichable
