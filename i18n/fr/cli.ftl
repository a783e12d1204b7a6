# Français : ce que seule la ligne de commande dit.

## Ce qui n’a pas marché

cli-no-checkpoint = checkpoint: aucun n’a été indiqué
cli-no-checkpoint-hint = En indiquer un avec --checkpoint : un fichier, ou un nom donné par `aiimagegen list models`.
cli-unknown-model = { $name }: ce fichier n’existe pas, et aucun modèle de ce nom ne se trouve dans { $folder }
cli-unknown-model-hint = `aiimagegen list models` affiche les noms.
cli-no-display = fenêtre: il n’y a pas d’affichage où l’ouvrir
cli-no-display-hint = Sans fenêtre : aiimagegen generate "a lighthouse at dusk" --checkpoint FICHIER --output DOSSIER
cli-no-display-help-hint = aiimagegen --help affiche toutes les commandes. Depuis le dossier du projet : cargo run --release -- --help
cli-prompt-unreadable = prompt: l’entrée standard ne peut pas être lue : { $reason }
cli-stdout-failed = sortie standard: { $reason }
cli-internal = interne: { $detail }
cli-internal-hint = Ceci est une erreur du programme. Merci de la signaler en citant ces mots.
cli-not-arrays = un autre fichier porte ce nom, et n’est pas remplacé
cli-same-file = { $first } et { $second } ne peuvent pas être tous deux { $file }

cli-settings-hint = Corriger le fichier ou le déplacer : sans lui, le programme démarre avec ses valeurs par défaut.
cli-settings-newer-hint = Utiliser la version plus récente, ou un autre dossier avec --settings.

field-checkpoint = checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = profil
field-count = nombre
field-repeats = répétitions
field-output = sortie

## Pendant l’exécution

cli-stopping = Arrêt après cette étape ; appuyer encore sur Ctrl+C pour arrêter tout de suite.
cli-kept = conservé : { $files }
cli-kept-nothing = Rien n’a été terminé, donc rien n’est conservé.
cli-loaded = { $family } chargé : { $stages } ({ $size } en { $time })
cli-generated = graine { $seed }, { $step } par étape, { $time } en tout
cli-array = { $kind ->
    [latent] latent
   *[other] trace
} : { $file }
cli-time-left = reste { $time }
cli-seconds = { $n } s
cli-minutes = { $min } min { $s } s
cli-hours = { $h } h { $min } min

## Résultats

cli-inspect-format = format
cli-inspect-holds = contenu
cli-inspect-family = famille
cli-inspect-unknown = inconnue
cli-inspect-prediction = prédiction
cli-inspect-input = entrée
cli-inspect-inpaint = image, masque et image masquée (inpainting)
cli-inspect-missing = manque
cli-inspect-problem = inutilisable
cli-inspect-part = { $dtype }, { $size }, { $tensors ->
    [one] { $tensors } tenseur
   *[other] { $tensors } tenseurs
}

cli-inspect-source = créée avec
cli-inspect-prompt = prompt
cli-inspect-negative = prompt négatif
cli-inspect-steps = étapes
cli-inspect-sampler = sampler
cli-inspect-scheduler = scheduler
cli-inspect-cfg = échelle CFG
cli-inspect-seed = graine
cli-inspect-size = taille
cli-inspect-model = modèle
cli-inspect-model-hash = empreinte du modèle
cli-inspect-vae = VAE
cli-inspect-unhonoured = sans effet ici
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }, { $free } libres sur { $total }
cli-device-unusable = inutilisable : { $reason }

cli-selftest-ok = réussi
cli-selftest-failed = ÉCHEC

cli-list-no-models = Il n’y a pas de modèle dans { $folder } : placer des fichiers dans ses dossiers checkpoints, vae et clip.

cli-profile-comfyui = schedules, samplers, bruit et accentuation de ComfyUI

cli-bench-run = { $device } { $precision } { $size } lot { $batch } : étape { $step }, encodage { $encode }, décodage { $decode }, chargement { $load }, pic de mémoire { $memory }
cli-bench-card = { $device } : { $loaded } avec le modèle chargé, au maximum { $sampling } pendant le débruitage et { $decode } pendant le décodage, { $foreseen } prévus
