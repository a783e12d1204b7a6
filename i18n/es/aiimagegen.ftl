# Español.

## Números

bytes-b = { $n } bytes
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## Qué ha fallado: una línea, primero el ARCHIVO o la parte, después el motivo

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: esto es { $found }, no { $wanted }
error-missing-parts = { $file }: el checkpoint no contiene todo lo que necesita una imagen; falta: { $parts }
error-missing-parts-hint = Elija archivos con las partes que faltan además del checkpoint, o un checkpoint que las tenga todas.
error-missing-tensor = { $file }: falta el tensor { $tensor }
error-missing-tensor-hint = El archivo puede estar cortado o ser de otra clase de modelo. Vuelva a descargarlo o elija otro.
error-wrong-shape = { $file }: el tensor { $tensor } tiene la forma { $found }, y la que encaja con el resto del modelo es { $expected }
error-wrong-shape-hint = El archivo mezcla partes de modelos distintos. Elija otro.
error-weights-not-finite = { $file }: el tensor { $tensor } contiene valores que no son números (NaN o infinito)
error-weights-not-finite-hint = El archivo está dañado o se fusionó mal. Vuelva a descargarlo o elija otro.
error-unsupported-model = { $file }: esta clase de modelo no funciona aquí: { $evidence }
error-unsupported-model-hint = Funcionan los checkpoints de Stable Diffusion 1.x, 2.x y XL.
error-part-mismatch = { $file }: esta parte ({ $part }) no corresponde al checkpoint: tiene { $found }, y se necesita { $expected }
error-part-mismatch-hint = Elija una parte hecha para este checkpoint, o la que contiene.
error-bad-value = { $field }: { $value } no se puede usar, debe ser { $rule }
error-device-unusable = { $device }: el dispositivo no se puede usar: { $obstacle }
error-device-unusable-hint = El procesador siempre funciona: elija el dispositivo cpu o deje que el programa elija.
error-precision-unsupported = { $device }: el dispositivo no calcula en { $precision }
error-precision-unsupported-hint = Calcula en { $supported }; auto elige por sí mismo.
error-out-of-memory = { $device }: memoria insuficiente: se necesitan { $needed } y hay { $available } libres
error-out-of-memory-hint = Reduzca el tamaño de la imagen o del lote, o cierre otros programas que usen esta memoria.
error-not-finite = { $stage }: el cálculo dio valores que no son números (NaN), { $step ->
    [0] fuera del muestreo
   *[other] en el paso { $step }
}
error-not-finite-hint = Establezca la precisión en f32, o elija otro VAE u otro checkpoint.
error-save = { $file }: no se pudo escribir: { $reason }
error-save-hint = Compruebe que la carpeta existe, que se puede escribir en ella y que tiene espacio, o elija otro lugar.
error-cancelled = detenido: se completaron { $step } de { $steps } pasos
error-cancelled-early = detenido antes del primer paso
error-engine-gone = motor: el proceso que calcula terminó sin responder ({ $status })
error-engine-gone-hint = La próxima vez que use «Generar» se iniciará de nuevo. Si termina cada vez, puede que falte memoria: reduzca el tamaño de la imagen.
error-engine-silent = motor: el proceso que consulta los controladores no respondió en { $patience } segundos
error-internal = aiimagegen: un error de este programa: { $detail }
error-internal-hint = Informe de él, con estas mismas palabras.

problem-not-found = no existe tal archivo
problem-is-folder = esto es una carpeta, no un archivo
problem-not-regular = esto no es un archivo normal, sino una tubería, un socket o un dispositivo
problem-no-permission = no tiene permiso para leer este archivo
problem-no-permission-hint = Otórguese permiso de lectura: chmod u+r, o pídaselo a su propietario.
problem-empty = el archivo está vacío
problem-empty-hint = Vuelva a descargarlo.
problem-other = no se puede leer el archivo: { $reason }

flaw-unknown-format = el archivo no es ni safetensors ni de PyTorch
flaw-truncated = el archivo está cortado: hay { $found } de { $expected }
flaw-truncated-hint = La descarga no terminó: vuelva a descargar el archivo.
flaw-header-too-large = la cabecera declara un tamaño de { $claimed }, mayor que el de cualquiera real
flaw-header-unreadable = no se puede leer la cabecera: { $detail }
flaw-outside-file = el tensor { $tensor } declara bytes fuera del archivo
flaw-overlap = los tensores { $tensor } y { $other } declaran los mismos bytes
flaw-size-mismatch = el tamaño del tensor { $tensor } no concuerda con su forma y su tipo
flaw-duplicate = el tensor { $tensor } aparece dos veces
flaw-unknown-dtype = el tensor { $tensor } tiene el tipo numérico { $dtype }, que no se admite
flaw-forbidden-call = el archivo pide ejecutar { $callable }, que un modelo no necesita; no se ejecutó nada
flaw-forbidden-call-hint = No confíe en este archivo. Consiga el modelo como safetensors, que no puede ejecutar nada.
flaw-pickle-limit = el pickle que contiene va más allá de lo que necesitan los modelos: { $limit }
flaw-pickle-unreadable = no se puede leer el pickle que contiene: { $detail }
flaw-archive-unreadable = no se puede leer el archivo comprimido zip: { $detail }

rule-multiple-of = un múltiplo de { $of }
rule-between = un valor entre { $min } y { $max }
rule-one-of = uno de estos: { $names }

kind-checkpoint = un checkpoint
kind-vae = solo un VAE
kind-clip = solo un codificador de texto
kind-lora = un LoRA
kind-control-net = un ControlNet
kind-embedding = un embedding de inversión textual
kind-upscaler = un upscaler
kind-language-model = un modelo de lenguaje
kind-other-diffusion = un modelo de otra arquitectura que Stable Diffusion 1.x, 2.x o XL
kind-unknown = una clase de modelo que aquí no se conoce

wanted-clip = un codificador de texto
wanted-unet = un checkpoint
wanted-vae = un VAE

stage-clip = codificador de texto
stage-unet = UNet
stage-vae = VAE

field-size = tamaño
field-width = anchura
field-height = altura
field-steps = pasos
field-cfg = CFG
field-batch = lote
field-sampler = sampler
field-scheduler = scheduler
field-seed = semilla
field-prompt-tokens = tokens del prompt

## Qué está haciendo el motor

event-device-skipped = No se usa { $device }: { $obstacle }
event-load-progress = Cargando: { $done } de { $total }
event-loaded = Cargado
event-seed-chosen = Semilla { $value }
event-encode-started = Leyendo el prompt
event-sampling-started = Muestreo, { $steps } pasos
event-step-done = Paso { $step } de { $steps }
event-decode-started = Creando la imagen a partir del latente
event-decode-repeated = La imagen resultó en valores que no son números en { $precision }: se decodifica de nuevo en f32

## La ventana

app-name = aiimagegen
no-display = aiimagegen: no hay ninguna pantalla en la que abrir la ventana. Sin ella: aiimagegen generate --checkpoint ARCHIVO "un prompt"

button-open-models-folder = A_brir carpeta de modelos
button-rescan = Volver a explorar


checkpoint-label = Chec_kpoint
model-files = Archivos de modelo
model-none = Ningún modelo cargado
model-built-in-demo = Demo integrada
models-empty = Aún no hay checkpoints: ponga archivos de Stable Diffusion (.safetensors o .ckpt) en { $folder }
dialog-open = Abrir
dialog-cancel = Cancelar

parameters-heading = Parámetros
parameter-width = Anc_hura
parameter-height = Alt_ura
parameter-steps = Pas_os
parameter-sampler = Samp_ler
parameter-scheduler = Sche_duler
parameter-cfg = Escala C_FG
parameter-cfg-tooltip = Con qué fidelidad sigue la imagen al prompt
parameter-seed = _Semilla
parameter-seed-tooltip = Con -1 se sortea una nueva para cada imagen
seed-last = La semilla de la última imagen

prompt-positive = _Prompt positivo
prompt-negative = Prompt _negativo

canvas-empty = Aún no hay ninguna imagen
canvas-picture = Una imagen sin prompt

phase-starting = Iniciando
phase-loading = Cargando el modelo: { $done } de { $total }
phase-loading-short = Cargando
phase-encoding = Leyendo el prompt
phase-sampling = Paso { $step } de { $steps }
phase-decoding = Creando la imagen
phase-saving = Guardando la imagen
phase-stopping = Deteniendo tras este paso
phase-failed = Error
time-left-seconds = { $s } s restantes
time-left-minutes = { $min } min { $s } s restantes
time-left-hours = { $h } h { $min } min restantes

notice-details = Detalles

quit-question = ¿Salir mientras se genera una imagen?
quit-question-loss = No está terminada. Esperará en la cola cuando el programa se inicie de nuevo.
quit-confirm = Salir
quit-cancel = Seguir generando

# Qué impide usar un dispositivo.
obstacle-absent = este equipo no tiene ese dispositivo
obstacle-absent-hint = «aiimagegen devices» enumera los que tiene.
obstacle-unproven = aún no se ha probado
obstacle-unproven-hint = Se prueba la primera vez que se usa; «aiimagegen selftest --device { $device }» lo hace ahora.
obstacle-too-small = el modelo necesita { $needed }, y hay { $available } libres
obstacle-software = calcula en el procesador, más despacio de lo que lo hace este programa por sí mismo
obstacle-software-hint = Está pensado para pruebas y solo se usa donde se lo nombra: --device { $device }.
obstacle-no-cuda-driver = falta el controlador de NVIDIA (libcuda)
obstacle-no-cuda-driver-hint = Instale el controlador de NVIDIA, 525 o posterior (Debian: nvidia-driver; Ubuntu: ubuntu-drivers install).
obstacle-no-cuda-compiler = falta el compilador en tiempo de ejecución de CUDA (libnvrtc)
obstacle-no-cuda-compiler-hint = Instale el kit de herramientas de CUDA, o: pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Si está en una carpeta poco habitual, indíquela en AIIMAGEGEN_CUDA. Donde «aiimagegen devices» muestra la tarjeta también como vulkan:N, funciona sin eso mediante Vulkan.
obstacle-no-cuda-headers = faltan las cabeceras de CUDA (cuda_runtime.h, cuda_fp16.h, mma.h)
obstacle-no-cuda-headers-hint = Instale el kit de herramientas de CUDA, o: pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Si están en una carpeta poco habitual, indíquela en AIIMAGEGEN_CUDA. Donde «aiimagegen devices» muestra la tarjeta también como vulkan:N, funciona sin eso mediante Vulkan.
obstacle-cuda-too-new = el compilador en tiempo de ejecución de CUDA es de la versión { $compiler }, y el controlador conoce CUDA hasta la { $driver }
obstacle-cuda-too-new-hint = Instale un controlador más nuevo, o un compilador en tiempo de ejecución más antiguo e indique su carpeta en AIIMAGEGEN_CUDA.
obstacle-cuda-mismatch = el compilador en tiempo de ejecución de CUDA es de la versión { $compiler } y sus cabeceras son de la versión { $headers }
obstacle-cuda-mismatch-hint = Instale ambos en la misma versión e indique su carpeta en AIIMAGEGEN_CUDA si hay varias.
obstacle-wrong = no superó la autoprueba: { $stage } se desvía en { $max_diff }, y lo correcto es { $limit } como máximo
obstacle-wrong-hint = Tras actualizar su controlador se prueba de nuevo; «aiimagegen selftest --device { $device }» lo hace ahora y muestra cada parte.
obstacle-broken = { $detail }
obstacle-broken-hint = Tras actualizar su controlador se prueba de nuevo; «aiimagegen selftest --device { $device }» lo hace ahora y muestra cada parte.
