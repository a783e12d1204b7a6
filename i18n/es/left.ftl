# El panel izquierdo: modelo, memoria, parámetros.

## Modelo

vae-label = _VAE
clip-label = _CLIP
picker-search = Buscar
picker-none = Nada coincide con la búsqueda
picker-from-checkpoint = El del checkpoint
picker-nothing = No hay ninguno
picker-several = { $first } y { $more } más
model-heading = Modelo

# Un archivo en pocas palabras; las partes se unen con guiones.
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL refiner
model-inpainting = { $family } para inpainting
model-without = sin { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# Por qué un archivo aparece al final y no se puede elegir.
reason-other-kind = Esto es { $kind }
reason-unusable = No se puede usar: { $reason }
reason-latent = Hecho para otra familia: { $found } canales latentes, no { $wanted }
reason-encoders = { $found } no encaja: el checkpoint necesita { $wanted }

## Memoria

meter-heading = Memoria
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = { $used } de { $total } en uso, { $left } libres
meter-part = { $name } { $size }
meter-little = menos de 0,1 GB
meter-about = unos { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = Activaciones
meter-window = Esta ventana
meter-others = Otros programas
meter-unaccounted = Controlador y resto
meter-free = Libre
meter-planned = Por cargar
meter-fits = El modelo elegido cabe: { $size } de { $room }
meter-tight = El modelo elegido cabe muy justo: { $size } de { $room }
meter-picture-too-large = El modelo elegido cabe, pero una imagen de este tamaño no: los pesos ocupan { $size } de { $room }
meter-too-small = El modelo elegido no cabrá: necesita { $size }, y se puede disponer de { $room }

## Parámetros

parameter-size = _Tamaño
parameter-size-own = Tamaño personalizado
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = Será { $width } × { $height }: los tamaños van de 8 en 8
size-swap = Intercambiar anchura y altura
parameter-count = _Imágenes
parameter-count-tooltip = Cuántas se generan, una tras otra
seed-dice = Una nueva semilla aleatoria ahora
seed-each-time = Una semilla nueva cada vez (-1)
button-save-defaults = Guardar por defecto
button-save-defaults-tooltip = En adelante, empezar con este tamaño, sampler, scheduler, pasos y escala CFG
button-reset-defaults = Restablecer
button-reset-defaults-tooltip = Volver a los valores por defecto
