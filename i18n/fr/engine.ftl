# Ce que fait le moteur : aperçus, latents et décodage par parties.

event-preview = Un aperçu
event-latent-finished = L’échantillonnage est terminé
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
