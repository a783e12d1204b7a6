# Qué está haciendo el motor: vistas previas, latentes y decodificación por partes.

event-preview = Una vista previa
event-latent-finished = El muestreo ha terminado
event-memory-held = { $device } ocupa { $bytes }
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
event-placed = { $mode }: { $why }

mode-one-device = El modelo va en { $device }
mode-apart = Codificador de texto en { $clip }, UNet en { $unet }, VAE en { $vae }
mode-guidance-in-parallel = Codificador de texto en { $clip }, UNet en { $unet } y { $negative }, VAE en { $vae }
mode-queue-in-parallel = El modelo va en cada uno de estos dispositivos: { $devices }

because-only-one = no se puede usar ningún otro
because-best = es el mejor que se puede usar aquí
because-chosen = es el que se eligió
because-pinned = hay partes fijadas ahí
because-too-large = todo junto necesita { $needed } en { $device }, donde hay { $available } libres
because-two-denoisers = cada uno calcula una mitad de la guía
because-pictures-wait = hay { $waiting } imágenes en espera
