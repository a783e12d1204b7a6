# Was die Engine gerade tut: Vorschauen, Latents und Dekodieren in Teilen.

event-preview = Eine Vorschau
event-latent-finished = Sampling ist fertig
event-memory-held = { $device } hält { $bytes }
event-decode-retried = Der Speicher ist knapp: { $how }
event-tile-done = Bild wird erzeugt: Teil { $tile } von { $tiles }

way-tiled = das Bild wird in Teilen erzeugt
way-tiled-on-processor = das Bild wird in Teilen auf dem Prozessor erzeugt, was länger dauert

field-latent = Latent

event-step-retried = Der Speicher ist knapp: { $how }
event-step-repeated = Der Schritt ergab in { $precision } keine Zahlen: er wird in { $instead } wiederholt
way-halves = die Hälften der Führung werden nacheinander berechnet
way-one-by-one = die Bilder werden nacheinander berechnet
way-elsewhere = es geht auf { $device } weiter
event-placed = { $mode }: { $why }

mode-one-device = Das Modell kommt auf { $device }
mode-apart = Textencoder auf { $clip }, UNet auf { $unet }, VAE auf { $vae }
mode-guidance-in-parallel = Textencoder auf { $clip }, UNet auf { $unet } und { $negative }, VAE auf { $vae }
mode-queue-in-parallel = Das Modell kommt auf jedes von { $devices }

because-only-one = nichts anderes lässt sich nutzen
because-best = es ist das beste Gerät, das sich hier nutzen lässt
because-chosen = es wurde gewählt
because-pinned = Teile wurden dorthin gelegt
because-too-large = alles zusammen braucht { $needed } auf { $device }, wo { $available } frei sind
because-two-denoisers = jedes berechnet eine Hälfte der Guidance
because-pictures-wait = { $waiting } Bilder warten
