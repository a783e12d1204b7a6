# English, the source language.

## Numbers

bytes-b = { $n } bytes
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## What went wrong: one line each, FILE or part first, then the reason

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: this is { $found }, not { $wanted }
error-missing-parts = { $file }: the checkpoint does not hold everything a picture needs; missing: { $parts }
error-missing-parts-hint = Choose files with the missing parts beside the checkpoint, or a checkpoint that has them all.
error-missing-tensor = { $file }: the tensor { $tensor } is missing
error-missing-tensor-hint = The file may be cut down or of another kind of model. Download it again, or choose another.
error-wrong-shape = { $file }: the tensor { $tensor } has the shape { $found }, where { $expected } fits the rest of the model
error-wrong-shape-hint = The file mixes parts of different models. Choose another.
error-weights-not-finite = { $file }: the tensor { $tensor } holds values that are not numbers (NaN or infinity)
error-weights-not-finite-hint = The file is damaged, or was merged badly. Download it again, or choose another.
error-unsupported-model = { $file }: this kind of model does not run here: { $evidence }
error-unsupported-model-hint = Stable Diffusion 1.x, 2.x and XL checkpoints run.
error-part-mismatch = { $file }: this { $part } does not belong to the checkpoint: it has { $found }, where { $expected } is needed
error-part-mismatch-hint = Choose a part made for this checkpoint, or the one inside it.
error-bad-value = { $field }: { $value } cannot be used, it must be { $rule }
error-device-unusable = { $device }: the device cannot be used: { $obstacle }
error-device-unusable-hint = The processor always works: choose the device cpu, or leave the choice to the program.
error-precision-unsupported = { $device }: the device does not compute in { $precision }
error-precision-unsupported-hint = It computes in { $supported }; auto chooses by itself.
error-out-of-memory = { $device }: out of memory: { $needed } needed, { $available } free
error-out-of-memory-hint = Make the picture or the batch smaller, or close other programs that use this memory.
error-not-finite = { $stage }: the computation gave values that are not numbers (NaN), { $step ->
    [0] outside the sampling
   *[other] in step { $step }
}
error-not-finite-hint = Set the precision to f32, or choose another VAE or checkpoint.
error-save = { $file }: could not be written: { $reason }
error-save-hint = See that the folder is there, can be written to and has room, or choose another place.
error-cancelled = stopped: { $step } of { $steps } steps were done
error-cancelled-early = stopped before the first step
error-engine-gone = engine: the process that computes ended without an answer ({ $status })
error-engine-gone-hint = The next Generate starts it again. If it ends each time, memory may be short: make the picture smaller.
error-engine-silent = engine: the process that asks the drivers gave no answer within { $patience } seconds
error-internal = aiimagegen: a mistake in this program: { $detail }
error-internal-hint = Please report it, with these words.

problem-not-found = there is no such file
problem-is-folder = this is a folder, not a file
problem-not-regular = this is not a regular file, but a pipe, a socket or a device
problem-no-permission = you may not read this file
problem-no-permission-hint = Give yourself the right to read it: chmod u+r, or ask its owner.
problem-empty = the file is empty
problem-empty-hint = Download it again.
problem-other = the file cannot be read: { $reason }

flaw-unknown-format = the file is neither a safetensors nor a PyTorch file
flaw-truncated = the file is cut short: { $found } of { $expected } are there
flaw-truncated-hint = The download did not finish: download the file again.
flaw-header-too-large = the header claims a size of { $claimed }, more than any real one
flaw-header-unreadable = the header cannot be read: { $detail }
flaw-outside-file = the tensor { $tensor } claims bytes outside the file
flaw-overlap = the tensors { $tensor } and { $other } claim the same bytes
flaw-size-mismatch = the size of the tensor { $tensor } does not follow from its shape and type
flaw-duplicate = the tensor { $tensor } is there twice
flaw-unknown-dtype = the tensor { $tensor } has the number type { $dtype }, which is not supported
flaw-forbidden-call = the file asks to run { $callable }, which a model has no need for; nothing was run
flaw-forbidden-call-hint = Do not trust this file. Get the model as safetensors, which cannot run anything.
flaw-pickle-limit = the pickle inside goes beyond what models need: { $limit }
flaw-pickle-unreadable = the pickle inside cannot be read: { $detail }
flaw-archive-unreadable = the zip archive cannot be read: { $detail }

rule-multiple-of = a multiple of { $of }
rule-between = between { $min } and { $max }
rule-one-of = one of { $names }

kind-checkpoint = a checkpoint
kind-vae = a VAE alone
kind-clip = a text encoder alone
kind-lora = a LoRA
kind-control-net = a ControlNet
kind-embedding = a textual inversion embedding
kind-upscaler = an upscaler
kind-language-model = a language model
kind-other-diffusion = a model of another architecture than Stable Diffusion 1.x, 2.x or XL
kind-unknown = no kind of model that is known here

wanted-clip = a text encoder
wanted-unet = a checkpoint
wanted-vae = a VAE

stage-clip = text encoder
stage-unet = UNet
stage-vae = VAE

field-size = size
field-width = width
field-height = height
field-steps = steps
field-cfg = CFG
field-batch = batch
field-sampler = sampler
field-scheduler = scheduler
field-seed = seed
field-prompt-tokens = tokens in the prompt

## What the engine is doing

event-device-skipped = { $device } is not used: { $obstacle }
event-load-progress = Loading: { $done } of { $total }
event-loaded = Loaded
event-seed-chosen = Seed { $value }
event-encode-started = Reading the prompt
event-sampling-started = Sampling, { $steps } steps
event-step-done = Step { $step } of { $steps }
event-decode-started = Making the picture from the latent
event-decode-repeated = The picture came out as no numbers in { $precision }: decoding again in f32

## The window

app-name = aiimagegen
no-display = aiimagegen: there is no display to open the window on. Without one: aiimagegen generate --checkpoint FILE "a prompt"

button-open-models-folder = _Open models folder
button-rescan = Rescan


checkpoint-label = Chec_kpoint
model-files = Model files
model-none = No model loaded
model-built-in-demo = Built-in demo
models-empty = There are no checkpoints yet: put Stable Diffusion files (.safetensors or .ckpt) into { $folder }
dialog-open = Open
dialog-cancel = Cancel

parameters-heading = Parameters
parameter-width = _Width
parameter-height = Heigh_t
parameter-steps = _Steps
parameter-sampler = Samp_ler
parameter-scheduler = Sched_uler
parameter-cfg = _CFG scale
parameter-cfg-tooltip = How closely the picture follows the prompt
parameter-seed = See_d
parameter-seed-tooltip = -1 draws a new one for each picture
seed-last = The last picture's seed

prompt-positive = _Positive prompt
prompt-negative = _Negative prompt

canvas-empty = No picture yet
canvas-picture = A picture without a prompt

phase-starting = Starting
phase-loading = Loading the model: { $done } of { $total }
phase-loading-short = Loading
phase-encoding = Reading the prompt
phase-sampling = Step { $step } of { $steps }
phase-decoding = Making the picture
phase-saving = Saving the picture
phase-stopping = Stopping after this step
phase-failed = Failed
time-left-seconds = { $s } s left
time-left-minutes = { $min } min { $s } s left
time-left-hours = { $h } h { $min } min left

notice-details = Details

quit-question = Quit while a picture is being made?
quit-question-loss = It is not finished. It waits in the queue when the program starts again.
quit-confirm = Quit
quit-cancel = Go on

# What keeps a device from being used.
obstacle-absent = this machine has no such device
obstacle-absent-hint = "aiimagegen devices" lists those it has.
obstacle-unproven = it has not been tested yet
obstacle-unproven-hint = It is tested when it is first used; "aiimagegen selftest --device { $device }" does it now.
obstacle-too-small = the model needs { $needed }, and { $available } is free
obstacle-software = it computes on the processor, more slowly than this program does by itself
obstacle-software-hint = It is meant for tests, and used only where it is named: --device { $device }.
obstacle-no-cuda-driver = NVIDIA's driver is missing (libcuda)
obstacle-no-cuda-driver-hint = Install NVIDIA's driver, 525 or newer (Debian: nvidia-driver; Ubuntu: ubuntu-drivers install).
obstacle-no-cuda-compiler = CUDA's run-time compiler is missing (libnvrtc)
obstacle-no-cuda-compiler-hint = Install the CUDA toolkit, or: pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. If it is in an unusual folder, name that in AIIMAGEGEN_CUDA. Where "aiimagegen devices" lists the card as vulkan:N too, it works through Vulkan without that.
obstacle-no-cuda-headers = CUDA's headers are missing (cuda_runtime.h, cuda_fp16.h, mma.h)
obstacle-no-cuda-headers-hint = Install the CUDA toolkit, or: pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. If they are in an unusual folder, name that in AIIMAGEGEN_CUDA. Where "aiimagegen devices" lists the card as vulkan:N too, it works through Vulkan without that.
obstacle-cuda-too-new = CUDA's run-time compiler is version { $compiler }, and the driver knows CUDA up to { $driver }
obstacle-cuda-too-new-hint = Install a newer driver, or an older run-time compiler, and name its folder in AIIMAGEGEN_CUDA.
obstacle-cuda-mismatch = CUDA's run-time compiler is version { $compiler } and its headers are version { $headers }
obstacle-cuda-mismatch-hint = Install both in one version, and name their folder in AIIMAGEGEN_CUDA if there are several.
obstacle-wrong = it failed the self test: { $stage } is off by { $max_diff }, at most { $limit } is right
obstacle-wrong-hint = After an update of its driver it is tested again; "aiimagegen selftest --device { $device }" does it now and shows every part.
obstacle-broken = { $detail }
obstacle-broken-hint = After an update of its driver it is tested again; "aiimagegen selftest --device { $device }" does it now and shows every part.
