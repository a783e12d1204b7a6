# The left panel: model, memory, parameters.

## Model

vae-label = V_AE
clip-label = CL_IP
picker-search = Search
picker-none = Nothing fits the search
picker-from-checkpoint = From the checkpoint
picker-nothing = None there
picker-several = { $first } and { $more } more
model-heading = Model

# A file in a few words; the parts are put together with dashes.
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL refiner
model-inpainting = { $family } inpainting
model-without = without { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# Why a file is listed last and cannot be chosen.
reason-other-kind = This is { $kind }
reason-unusable = Cannot be used: { $reason }
reason-latent = Made for another family: { $found } latent channels, not { $wanted }
reason-encoders = { $found } does not fit: the checkpoint needs { $wanted }

## Memory

meter-heading = Memory
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = { $used } of { $total } used, { $left } left
meter-part = { $name } { $size }
meter-little = under 0.1 GB
meter-about = about { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = Activations
meter-window = This window
meter-others = Other programs
meter-unaccounted = Driver and rest
meter-free = Free
meter-planned = To be loaded
meter-fits = The chosen model fits: { $size } of { $room }
meter-tight = The chosen model is a tight fit: { $size } of { $room }
meter-picture-too-large = The chosen model fits, but a picture of this size will not: { $size } of { $room } are weights
meter-too-small = The chosen model will not fit: it needs { $size }, and { $room } can be had

## Parameters

parameter-size = Si_ze
parameter-size-own = Own size
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = Becomes { $width } × { $height }: sizes go in steps of 8
size-swap = Swap width and height
parameter-count = Pictu_res
parameter-count-tooltip = How many are made, one after another
seed-dice = A new random seed now
seed-each-time = A new seed every time (-1)
button-save-defaults = Save as default
button-save-defaults-tooltip = Start with this size, sampler, scheduler, steps and CFG scale from now on
button-reset-defaults = Reset
button-reset-defaults-tooltip = Go back to the default values
