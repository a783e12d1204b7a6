# Le panneau gauche : modèle, mémoire, paramètres.

## Modèle

vae-label = _VAE
clip-label = CL_IP
picker-search = Rechercher
picker-none = Rien ne correspond à la recherche
picker-from-checkpoint = Celui du checkpoint
picker-nothing = Il n’y en a pas
picker-several = { $first } et { $more } de plus
model-heading = Modèle

# Un fichier en quelques mots ; les parties sont reliées par des tirets.
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL refiner
model-inpainting = { $family } inpainting
model-without = sans { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# Pourquoi un fichier vient en dernier et ne peut pas être choisi.
reason-other-kind = Ceci est { $kind }
reason-unusable = Inutilisable : { $reason }
reason-latent = Fait pour une autre famille : { $found } canaux latents, et non { $wanted }
reason-encoders = { $found } ne convient pas : le checkpoint demande { $wanted }

## Mémoire

meter-heading = Mémoire
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = { $used } utilisés sur { $total }, { $left } libres
meter-part = { $name } { $size }
meter-little = moins de 100 Mo
meter-about = environ { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = Activations
meter-window = Cette fenêtre
meter-others = Autres programmes
meter-unaccounted = Pilote et reste
meter-free = Libre
meter-planned = À charger
meter-fits = Le modèle choisi tient en mémoire : { $size } sur { $room }
meter-tight = Le modèle choisi tient tout juste en mémoire : { $size } sur { $room }
meter-picture-too-large = Le modèle choisi tient en mémoire, mais pas une image de cette taille : les poids occupent { $size } sur { $room }
meter-too-small = Le modèle choisi ne tient pas en mémoire : il demande { $size }, et { $room } sont disponibles

## Paramètres

parameter-size = _Taille
parameter-size-own = Autre taille
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = Devient { $width } × { $height } : les tailles vont de 8 en 8
size-swap = Échanger largeur et hauteur
parameter-count = Nom_bre
parameter-count-tooltip = Combien d’images sont créées, l’une après l’autre
seed-dice = Une nouvelle graine aléatoire maintenant
seed-each-time = Une nouvelle graine à chaque fois (-1)
button-save-defaults = Définir par défaut
button-save-defaults-tooltip = Commencer désormais avec cette taille, ce sampler, ce scheduler, ces étapes et cette échelle CFG
button-reset-defaults = Réinitialiser
button-reset-defaults-tooltip = Revenir aux valeurs par défaut
