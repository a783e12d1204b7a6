# Die linke Seitenleiste: Modell, Speicher, Parameter.

## Modell

vae-label = _VAE
clip-label = CL_IP
picker-search = Suchen
picker-none = Nichts passt zur Suche
picker-from-checkpoint = Aus dem Checkpoint
picker-nothing = Nicht vorhanden
picker-several = { $first } und { $more } weitere
model-heading = Modell

# Eine Datei in wenigen Worten; die Teile werden mit Strichen verbunden.
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL-Refiner
model-inpainting = { $family } Inpainting
model-without = ohne { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# Warum eine Datei zuletzt steht und nicht gewählt werden kann.
reason-other-kind = Dies ist { $kind }
reason-unusable = Nicht verwendbar: { $reason }
reason-latent = Für eine andere Familie: { $found } Latent-Kanäle, nicht { $wanted }
reason-encoders = { $found } passt nicht: der Checkpoint braucht { $wanted }

## Speicher

meter-heading = Speicher
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = { $used } von { $total } belegt, { $left } frei
meter-part = { $name } { $size }
meter-little = unter 100 MB
meter-about = etwa { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = Aktivierungen
meter-window = Dieses Fenster
meter-others = Andere Programme
meter-unaccounted = Treiber und Rest
meter-free = Frei
meter-planned = Wird geladen
meter-fits = Das gewählte Modell passt: { $size } von { $room }
meter-tight = Das gewählte Modell passt nur knapp: { $size } von { $room }
meter-picture-too-large = Das gewählte Modell passt, ein Bild dieser Größe aber nicht: { $size } von { $room } sind Gewichte
meter-too-small = Das gewählte Modell passt nicht: es braucht { $size }, verfügbar sind { $room }

## Parameter

parameter-size = G_röße
parameter-size-own = Eigene Größe
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = Wird { $width } × { $height }: Größen gehen in Schritten von 8
size-swap = Breite und Höhe tauschen
parameter-count = An_zahl
parameter-count-tooltip = Wie viele Bilder nacheinander entstehen
seed-dice = Jetzt ein neuer zufälliger Seed
seed-each-time = Jedes Mal ein neuer Seed (-1)
button-save-defaults = Als Vorgabe merken
button-save-defaults-tooltip = Künftig mit dieser Größe, diesem Sampler, Scheduler, diesen Schritten und dieser CFG-Skala beginnen
button-reset-defaults = Zurücksetzen
button-reset-defaults-tooltip = Zu den Vorgabewerten zurückkehren
