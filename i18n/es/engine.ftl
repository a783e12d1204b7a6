# Qué está haciendo el motor: vistas previas, latentes y decodificación por partes.

event-preview = Una vista previa
event-latent-finished = El muestreo ha terminado
event-decode-retried = Falta memoria: { $how }
event-tile-done = Creando la imagen: parte { $tile } de { $tiles }

way-tiled = la imagen se crea por partes
way-tiled-on-processor = la imagen se crea por partes en el procesador, lo que lleva más tiempo

field-latent = latente

event-step-retried = Falta memoria: { $how }
event-step-repeated = El paso no dio números en { $precision }: se repite en { $instead }
way-halves = las dos mitades de la guía se calculan una tras otra
way-one-by-one = las imágenes se calculan una tras otra
way-elsewhere = se sigue en { $device }
