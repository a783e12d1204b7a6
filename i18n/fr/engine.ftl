# Ce que fait le moteur : aperçus, latents et décodage par parties.

event-preview = Un aperçu
event-latent-finished = L’échantillonnage est terminé
event-decode-retried = La mémoire manque : { $how }
event-tile-done = Création de l’image : partie { $tile } sur { $tiles }

way-tiled = l’image est créée par parties
way-tiled-on-processor = l’image est créée par parties sur le processeur, ce qui prend plus de temps

field-latent = latent
