# What the engine is doing: previews, latents, and decodes in parts.

event-preview = A preview
event-latent-finished = Sampling is done
event-memory-held = { $device } holds { $bytes }
event-decode-retried = Memory is short: { $how }
event-tile-done = Making the picture: part { $tile } of { $tiles }

way-tiled = the picture is made in parts
way-tiled-on-processor = the picture is made in parts on the processor, which takes longer

field-latent = latent

event-step-retried = Memory is short: { $how }
event-step-repeated = The step came out as no numbers in { $precision }: doing it again in { $instead }
way-halves = doing one half of the guidance after the other
way-one-by-one = doing one picture after the other
way-elsewhere = going on on { $device }
event-placed = { $mode }: { $why }

mode-one-device = The model goes on { $device }
mode-apart = Text encoder on { $clip }, UNet on { $unet }, VAE on { $vae }
mode-guidance-in-parallel = Text encoder on { $clip }, UNet on { $unet } and { $negative }, VAE on { $vae }
mode-queue-in-parallel = The model goes on each of { $devices }

because-only-one = nothing else can be used
because-best = it is the best that can be used here
because-chosen = it was chosen
because-pinned = parts were pinned there
because-too-large = all of it needs { $needed } on { $device }, where { $available } are free
because-two-denoisers = each computes one half of the guidance
because-pictures-wait = { $waiting } pictures wait to be made
