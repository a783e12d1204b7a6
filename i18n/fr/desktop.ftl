# Français : les images relues, et ce que le bureau montre autour de la fenêtre.

## Pourquoi une image n’indique pas comment elle a été faite

unread-not-picture = { $file }: ceci n’est pas une image PNG, JPEG ou WebP
unread-no-parameters = { $file }: cette image n’indique pas comment elle a été faite
unread-no-parameters-hint = Beaucoup de sites et de messageries suppriment cette information. Prendre le fichier tel qu’il a été enregistré à l’origine.
unread-other-program = { $file }: cette image a été créée avec { $source }, dont les réglages ne sont pas lus ici
unread-broken-text = { $file }: le texte de cette image est endommagé, ou plus long que { $available }
unread-cut-short = { $file }: le fichier est tronqué, et ce qui reste n’indique pas comment l’image a été faite

source-aiimagegen = aiimagegen
source-automatic1111 = A1111, ou un programme qui écrit ses réglages de la même façon
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = un programme inconnu ici

## Réglages d’une image qui sont sans effet

unhonoured-not-supported = non pris en charge ici
unhonoured-unknown-name = rien de ce nom ici
unhonoured-bad-value = valeur impossible
unhonoured-other-noise = la même graine donne ici un autre bruit

## La fenêtre

notice-close = Fermer ce message

## Autour de la fenêtre

notification-finished = Image terminée
awake-reason = Une image est en cours de création
