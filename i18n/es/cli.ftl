# Español: lo que solo dice la línea de comandos.

## Qué ha fallado

cli-no-checkpoint = checkpoint: no se indicó ninguno
cli-no-checkpoint-hint = Indique uno con --checkpoint: un archivo, o un nombre de `aiimagegen list models`.
cli-unknown-model = { $name }: no existe tal archivo, ni ningún modelo con este nombre en { $folder }
cli-unknown-model-hint = `aiimagegen list models` muestra los nombres.
cli-no-display = ventana: no hay ninguna pantalla en la que abrirla
cli-no-display-hint = Sin ventana: aiimagegen generate "a lighthouse at dusk" --checkpoint ARCHIVO --output CARPETA
cli-no-display-help-hint = aiimagegen --help muestra todos los comandos. Desde la carpeta del proyecto: cargo run --release -- --help
cli-prompt-unreadable = prompt: no se puede leer la entrada estándar: { $reason }
cli-stdout-failed = salida estándar: { $reason }
cli-internal = interno: { $detail }
cli-internal-hint = Esto es un error del programa. Informe de él, con estas mismas palabras.
cli-not-arrays = otro archivo tiene este nombre, y no se reemplaza
cli-same-file = { $first } y { $second } no pueden ser ambos { $file }

cli-settings-hint = Corrija el archivo o muévalo a otro lugar: sin él, el programa se inicia con sus valores predeterminados.
cli-settings-newer-hint = Use la versión más nueva, u otra carpeta con --settings.

field-checkpoint = checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = perfil
field-count = cantidad
field-repeats = repeticiones
field-output = salida

## Mientras trabaja

cli-stopping = Deteniendo tras este paso; pulse Ctrl-C otra vez para detener de inmediato.
cli-kept = conservado: { $files }
cli-kept-nothing = No se terminó nada, así que no se conserva nada.
cli-loaded = Se cargó { $family }: { $stages } ({ $size } en { $time })
cli-generated = semilla { $seed }, { $step } por paso, { $time } en total
cli-array = { $kind ->
    [latent] latente
   *[other] traza
}: { $file }
cli-time-left = { $time } restantes
cli-seconds = { $n } s
cli-minutes = { $min } min { $s } s
cli-hours = { $h } h { $min } min

## Resultados

cli-inspect-format = formato
cli-inspect-holds = contiene
cli-inspect-family = familia
cli-inspect-unknown = desconocido
cli-inspect-prediction = predicción
cli-inspect-input = entrada
cli-inspect-inpaint = imagen, máscara e imagen enmascarada (inpainting)
cli-inspect-missing = falta
cli-inspect-problem = no utilizable
cli-inspect-part = { $dtype }, { $size }, { $tensors ->
    [one] un tensor
   *[other] { $tensors } tensores
}

cli-inspect-source = creada con
cli-inspect-prompt = prompt
cli-inspect-negative = prompt negativo
cli-inspect-steps = pasos
cli-inspect-sampler = sampler
cli-inspect-scheduler = scheduler
cli-inspect-cfg = escala CFG
cli-inspect-seed = semilla
cli-inspect-size = tamaño
cli-inspect-model = modelo
cli-inspect-model-hash = hash del modelo
cli-inspect-vae = VAE
cli-inspect-unhonoured = sin efecto aquí
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }, { $free } de { $total } libres
cli-device-unusable = no se puede usar: { $reason }

cli-selftest-ok = correcto
cli-selftest-failed = FALLÓ

cli-list-no-models = No hay modelos en { $folder }: ponga archivos en sus carpetas checkpoints, vae y clip.

cli-profile-comfyui = Los schedulers, los samplers, el ruido y el énfasis de ComfyUI

cli-bench-run = { $device } { $precision } { $size } lote { $batch }: paso { $step }, codificación { $encode }, decodificación { $decode }, carga { $load }, pico de memoria { $memory }
cli-bench-card = { $device }: { $loaded } con el modelo cargado, como máximo { $sampling } en el muestreo y { $decode } en la decodificación, { $foreseen } previstos
