# Ce que fait le moteur : aperçus, latents et décodage par parties.

event-preview = Un aperçu
event-latent-finished = L’échantillonnage est terminé
event-memory-held = { $device } occupe { $bytes }
event-decode-retried = La mémoire manque : { $how }
event-tile-done = Création de l’image : partie { $tile } sur { $tiles }

way-tiled = l’image est créée par parties
way-tiled-on-processor = l’image est créée par parties sur le processeur, ce qui prend plus de temps

field-latent = latent

event-step-retried = La mémoire est juste : { $how }
event-step-repeated = L’étape n’a pas donné de nombres en { $precision } : elle est refaite en { $instead }
way-halves = les deux moitiés du guidage sont calculées l’une après l’autre
way-one-by-one = les images sont calculées l’une après l’autre
way-elsewhere = la suite se fait sur { $device }
event-placed = { $mode } : { $why }

mode-one-device = Le modèle va sur { $device }
mode-apart = Encodeur de texte sur { $clip }, UNet sur { $unet }, VAE sur { $vae }
mode-guidance-in-parallel = Encodeur de texte sur { $clip }, UNet sur { $unet } et { $negative }, VAE sur { $vae }
mode-queue-in-parallel = Le modèle va sur chacun de ces périphériques : { $devices }

because-only-one = rien d’autre n’est utilisable
because-best = c’est le meilleur périphérique utilisable ici
because-chosen = ce périphérique a été choisi
because-pinned = des parties y ont été fixées
because-too-large = l’ensemble demande { $needed } sur { $device }, où { $available } sont libres
because-two-denoisers = chacun calcule une moitié du guidage
because-pictures-wait = { $waiting } images sont en attente
