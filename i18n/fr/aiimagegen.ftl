# Français.

## Nombres

bytes-b = { $n } octets
bytes-kb = { $n } ko
bytes-mb = { $n } Mo
bytes-gb = { $n } Go

## Ce qui n’a pas marché : une ligne à chaque fois, d’abord le fichier ou l’élément, puis la raison

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: ceci est { $found }, et non { $wanted }
error-missing-parts = { $file }: le checkpoint ne contient pas tout ce qu’il faut pour une image ; il manque : { $parts }
error-missing-parts-hint = Choisir, en plus du checkpoint, des fichiers contenant les éléments manquants, ou un checkpoint complet.
error-missing-tensor = { $file }: le tenseur { $tensor } manque
error-missing-tensor-hint = Le fichier est peut-être tronqué ou d’un autre type de modèle. Le télécharger à nouveau ou en choisir un autre.
error-wrong-shape = { $file }: le tenseur { $tensor } a la forme { $found }, alors que le reste du modèle demande { $expected }
error-wrong-shape-hint = Le fichier mélange des éléments de modèles différents. En choisir un autre.
error-weights-not-finite = { $file }: le tenseur { $tensor } contient des valeurs qui ne sont pas des nombres (NaN ou infini)
error-weights-not-finite-hint = Le fichier est endommagé ou a été mal fusionné. Le télécharger à nouveau ou en choisir un autre.
error-unsupported-model = { $file }: ce type de modèle n’est pas pris en charge : { $evidence }
error-unsupported-model-hint = Les checkpoints Stable Diffusion 1.x, 2.x et XL sont pris en charge.
error-part-mismatch = { $file }: { $part } ne va pas avec ce checkpoint : il a { $found }, alors qu’il faut { $expected }
error-part-mismatch-hint = Choisir un élément fait pour ce checkpoint, ou celui qu’il contient.
error-bad-value = { $field }: { $value } ne convient pas, il faut { $rule }
error-device-unusable = { $device }: le périphérique est inutilisable : { $obstacle }
error-device-unusable-hint = Le processeur fonctionne toujours : choisir le périphérique cpu, ou laisser le programme choisir.
error-precision-unsupported = { $device }: le périphérique ne calcule pas en { $precision }
error-precision-unsupported-hint = Il calcule en { $supported } ; auto choisit de lui-même.
error-out-of-memory = { $device }: mémoire insuffisante : { $needed } nécessaires, { $available } libres
error-out-of-memory-hint = Réduire la taille de l’image ou du lot, ou fermer d’autres programmes qui utilisent cette mémoire.
error-not-finite = { $stage }: le calcul a donné des valeurs qui ne sont pas des nombres (NaN), { $step ->
    [0] hors de l’échantillonnage
   *[other] à l’étape { $step }
}
error-not-finite-hint = Régler la précision sur f32, ou choisir un autre VAE ou un autre checkpoint.
error-save = { $file }: écriture impossible : { $reason }
error-save-hint = Vérifier que le dossier existe, qu’il est accessible en écriture et qu’il reste de la place, ou choisir un autre emplacement.
error-cancelled = arrêté : { $step } étapes sur { $steps } étaient faites
error-cancelled-early = arrêté avant la première étape
error-engine-gone = moteur: le processus de calcul s’est terminé sans réponse ({ $status })
error-engine-gone-hint = La prochaine génération le relancera. S’il se termine à chaque fois, la mémoire manque peut-être : réduire la taille de l’image.
error-engine-silent = moteur: le processus qui interroge les pilotes n’a pas répondu en { $patience } secondes
error-internal = aiimagegen: une erreur dans ce programme : { $detail }
error-internal-hint = Merci de la signaler en citant ces mots.

problem-not-found = ce fichier n’existe pas
problem-is-folder = ceci est un dossier, pas un fichier
problem-not-regular = ceci n’est pas un fichier ordinaire, mais un tube, un socket ou un périphérique
problem-no-permission = la permission de lire ce fichier manque
problem-no-permission-hint = S’accorder le droit de lecture : chmod u+r, ou le demander au propriétaire.
problem-empty = le fichier est vide
problem-empty-hint = Le télécharger à nouveau.
problem-other = le fichier ne peut pas être lu : { $reason }

flaw-unknown-format = le fichier n’est ni un fichier safetensors ni un fichier PyTorch
flaw-truncated = le fichier est tronqué : { $found } présents sur { $expected }
flaw-truncated-hint = Le téléchargement n’est pas allé au bout : télécharger à nouveau le fichier.
flaw-header-too-large = l’en-tête annonce une taille de { $claimed }, plus qu’aucun en-tête réel
flaw-header-unreadable = l’en-tête ne peut pas être lu : { $detail }
flaw-outside-file = le tenseur { $tensor } réclame des octets hors du fichier
flaw-overlap = les tenseurs { $tensor } et { $other } réclament les mêmes octets
flaw-size-mismatch = la taille du tenseur { $tensor } ne correspond pas à sa forme et à son type
flaw-duplicate = le tenseur { $tensor } est présent deux fois
flaw-unknown-dtype = le tenseur { $tensor } a le type numérique { $dtype }, qui n’est pas pris en charge
flaw-forbidden-call = le fichier demande d’exécuter { $callable }, ce dont un modèle n’a pas besoin ; rien n’a été exécuté
flaw-forbidden-call-hint = Ne pas se fier à ce fichier. Se procurer le modèle au format safetensors, qui ne peut rien exécuter.
flaw-pickle-limit = le pickle contenu dépasse ce dont les modèles ont besoin : { $limit }
flaw-pickle-unreadable = le pickle contenu ne peut pas être lu : { $detail }
flaw-archive-unreadable = l’archive zip ne peut pas être lue : { $detail }

rule-multiple-of = un multiple de { $of }
rule-between = une valeur entre { $min } et { $max }
rule-one-of = une valeur parmi { $names }

kind-checkpoint = un checkpoint
kind-vae = un VAE seul
kind-clip = un encodeur de texte seul
kind-lora = un LoRA
kind-control-net = un ControlNet
kind-embedding = un embedding (inversion textuelle)
kind-upscaler = un agrandisseur (upscaler)
kind-language-model = un modèle de langage
kind-other-diffusion = un modèle d’une autre architecture que Stable Diffusion 1.x, 2.x ou XL
kind-unknown = un type de modèle inconnu ici

wanted-clip = un encodeur de texte
wanted-unet = un checkpoint
wanted-vae = un VAE

stage-clip = encodeur de texte
stage-unet = UNet
stage-vae = VAE

field-size = taille
field-width = largeur
field-height = hauteur
field-steps = étapes
field-cfg = CFG
field-batch = lot
field-sampler = sampler
field-scheduler = scheduler
field-seed = graine
field-prompt-tokens = tokens dans le prompt

## Ce que fait le moteur

event-device-skipped = { $device } n’est pas utilisé : { $obstacle }
event-load-progress = Chargement : { $done } sur { $total }
event-loaded = Chargé
event-seed-chosen = Graine { $value }
event-encode-started = Lecture du prompt
event-sampling-started = Échantillonnage, { $steps } étapes
event-step-done = Étape { $step } sur { $steps }
event-decode-started = Création de l’image à partir du latent
event-decode-repeated = L’image n’était pas faite de nombres en { $precision } : nouveau décodage en f32

## La fenêtre

app-name = aiimagegen
no-display = aiimagegen: il n’y a pas d’affichage où ouvrir la fenêtre. Sans affichage : aiimagegen generate --checkpoint FICHIER "un prompt"

button-open-models-folder = D_ossier des modèles
button-rescan = Relire


checkpoint-label = Chec_kpoint
model-files = Fichiers de modèle
model-none = Aucun modèle chargé
model-built-in-demo = Démo intégrée
models-empty = Il n’y a pas encore de checkpoint : placer des fichiers Stable Diffusion (.safetensors ou .ckpt) dans { $folder }
dialog-open = Ouvrir
dialog-cancel = Annuler

parameters-heading = Paramètres
parameter-width = _Largeur
parameter-height = _Hauteur
parameter-steps = Étape_s
parameter-sampler = Sam_pler
parameter-scheduler = Sched_uler
parameter-cfg = Échelle _CFG
parameter-cfg-tooltip = À quel point l’image suit le prompt
parameter-seed = G_raine
parameter-seed-tooltip = -1 en tire une nouvelle pour chaque image
seed-last = Graine de la dernière image

prompt-positive = Prompt p_ositif
prompt-negative = Prompt _négatif

canvas-empty = Pas encore d’image
canvas-picture = Une image sans prompt

phase-starting = Démarrage
phase-loading = Chargement du modèle : { $done } sur { $total }
phase-loading-short = Chargement
phase-encoding = Lecture du prompt
phase-sampling = Étape { $step } sur { $steps }
phase-decoding = Création de l’image
phase-saving = Enregistrement de l’image
phase-stopping = Arrêt après cette étape
phase-failed = Échec
time-left-seconds = reste { $s } s
time-left-minutes = reste { $min } min { $s } s
time-left-hours = reste { $h } h { $min } min

notice-details = Détails

quit-question = Quitter pendant la création d’une image ?
quit-question-loss = Elle n’est pas terminée. Elle attendra dans la file au prochain démarrage du programme.
quit-confirm = Quitter
quit-cancel = Continuer

# Ce qui empêche d’utiliser un périphérique.
obstacle-absent = cette machine n’a pas ce périphérique
obstacle-absent-hint = « aiimagegen devices » énumère ceux qu’elle a.
obstacle-unproven = il n’a pas encore été testé
obstacle-unproven-hint = Il est testé à la première utilisation ; « aiimagegen selftest --device { $device } » le fait tout de suite.
obstacle-too-small = le modèle demande { $needed }, et { $available } sont libres
obstacle-software = il calcule sur le processeur, plus lentement que ce programme ne le fait lui-même
obstacle-software-hint = Il est destiné aux essais et n’est utilisé que là où il est nommé : --device { $device }.
obstacle-no-cuda-driver = le pilote NVIDIA manque (libcuda)
obstacle-no-cuda-driver-hint = Installer le pilote NVIDIA, 525 ou plus récent (Debian : nvidia-driver ; Ubuntu : ubuntu-drivers install).
obstacle-no-cuda-compiler = le compilateur d’exécution de CUDA manque (libnvrtc)
obstacle-no-cuda-compiler-hint = Installer le CUDA toolkit, ou : pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. S’il se trouve dans un dossier inhabituel, indiquer celui-ci dans AIIMAGEGEN_CUDA. Là où « aiimagegen devices » énumère aussi la carte comme vulkan:N, elle fonctionne sans cela avec Vulkan.
obstacle-no-cuda-headers = les en-têtes de CUDA manquent (cuda_runtime.h, cuda_fp16.h, mma.h)
obstacle-no-cuda-headers-hint = Installer le CUDA toolkit, ou : pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. S’ils se trouvent dans un dossier inhabituel, indiquer celui-ci dans AIIMAGEGEN_CUDA. Là où « aiimagegen devices » énumère aussi la carte comme vulkan:N, elle fonctionne sans cela avec Vulkan.
obstacle-cuda-too-new = le compilateur d’exécution de CUDA est en version { $compiler }, et le pilote connaît CUDA jusqu’à { $driver }
obstacle-cuda-too-new-hint = Installer un pilote plus récent ou un compilateur d’exécution plus ancien, et indiquer son dossier dans AIIMAGEGEN_CUDA.
obstacle-cuda-mismatch = le compilateur d’exécution de CUDA est en version { $compiler } et ses en-têtes en version { $headers }
obstacle-cuda-mismatch-hint = Installer les deux dans la même version, et indiquer leur dossier dans AIIMAGEGEN_CUDA s’il y en a plusieurs.
obstacle-wrong = il a échoué à l’autotest : { $stage } s’écarte de { $max_diff }, au plus { $limit } est juste
obstacle-wrong-hint = Après une mise à jour de son pilote, il est testé à nouveau ; « aiimagegen selftest --device { $device } » le fait tout de suite et montre chaque partie.
obstacle-broken = { $detail }
obstacle-broken-hint = Après une mise à jour de son pilote, il est testé à nouveau ; « aiimagegen selftest --device { $device } » le fait tout de suite et montre chaque partie.
