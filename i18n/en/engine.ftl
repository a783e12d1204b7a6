# What the engine is doing: previews, latents, and decodes in parts.

event-preview = A preview
event-latent-finished = Sampling is done
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
