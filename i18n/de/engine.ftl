# Was die Engine gerade tut: Vorschauen, Latents und Dekodieren in Teilen.

event-preview = Eine Vorschau
event-latent-finished = Sampling ist fertig
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
