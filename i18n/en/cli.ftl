# English: what only the command line says.

## What went wrong

cli-no-checkpoint = checkpoint: none was named
cli-no-checkpoint-hint = Name one with --checkpoint: a file, or a name from `aiimagegen list models`.
cli-unknown-model = { $name }: there is no such file, and no model of this name in { $folder }
cli-unknown-model-hint = `aiimagegen list models` shows the names.
cli-no-display = window: there is no display to open it on
cli-no-display-hint = Without a window: aiimagegen generate "a lighthouse at dusk" --checkpoint FILE --output FOLDER
cli-no-display-help-hint = aiimagegen --help shows every command. From the project folder: cargo run --release -- --help
cli-prompt-unreadable = prompt: the standard input cannot be read: { $reason }
cli-stdout-failed = standard output: { $reason }
cli-internal = internal: { $detail }
cli-internal-hint = This is a mistake in the program. Please report it, with these words.
cli-not-arrays = another file has this name, and is not replaced
cli-same-file = { $first } and { $second } cannot both be { $file }

cli-settings-hint = Mend the file, or move it away: without it the program starts with its defaults.
cli-settings-newer-hint = Use the newer version, or another folder with --settings.

field-checkpoint = checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = profile
field-count = count
field-repeats = repeats
field-output = output

## While it runs

cli-stopping = Stopping after this step; press Ctrl-C again to stop at once.
cli-kept = kept: { $files }
cli-kept-nothing = Nothing was finished, so nothing is kept.
cli-loaded = Loaded { $family }: { $stages } ({ $size } in { $time })
cli-generated = seed { $seed }, { $step } per step, { $time } in all
cli-array = { $kind ->
    [latent] latent
   *[other] trace
}: { $file }
cli-time-left = { $time } left
cli-seconds = { $n } s
cli-minutes = { $min } min { $s } s
cli-hours = { $h } h { $min } min

## Results

cli-inspect-format = format
cli-inspect-holds = holds
cli-inspect-family = family
cli-inspect-unknown = unknown
cli-inspect-prediction = prediction
cli-inspect-input = input
cli-inspect-inpaint = picture, mask and masked picture (inpainting)
cli-inspect-missing = missing
cli-inspect-problem = not usable
cli-inspect-part = { $dtype }, { $size }, { $tensors ->
    [one] one tensor
   *[other] { $tensors } tensors
}

cli-inspect-source = made by
cli-inspect-prompt = prompt
cli-inspect-negative = negative prompt
cli-inspect-steps = steps
cli-inspect-sampler = sampler
cli-inspect-scheduler = scheduler
cli-inspect-cfg = CFG scale
cli-inspect-seed = seed
cli-inspect-size = size
cli-inspect-model = model
cli-inspect-model-hash = model hash
cli-inspect-vae = VAE
cli-inspect-unhonoured = without effect here
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }, { $free } of { $total } free
cli-device-unusable = cannot be used: { $reason }

cli-selftest-ok = ok
cli-selftest-failed = FAILED

cli-list-no-models = There are no models in { $folder }: put files into its folders checkpoints, vae and clip.

cli-profile-comfyui = ComfyUI's schedules, samplers, noise and emphasis

cli-bench-run = { $device } { $precision } { $size } batch { $batch }: step { $step }, encode { $encode }, decode { $decode }, load { $load }, peak memory { $memory }
cli-bench-card = { $device }: { $loaded } with the model loaded, at the most { $sampling } while sampling and { $decode } in the decode, { $foreseen } foreseen
