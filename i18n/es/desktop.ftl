# Español: imágenes que se vuelven a leer, y lo que muestra el escritorio alrededor de la ventana.

## Por qué una imagen no dice cómo se creó

unread-not-picture = { $file }: esto no es una imagen PNG, JPEG o WebP
unread-no-parameters = { $file }: esta imagen no dice cómo se creó
unread-no-parameters-hint = Muchos sitios y programas de chat eliminan ese dato. Use el archivo tal como se guardó al principio.
unread-other-program = { $file }: esta imagen es de { $source }, cuyos ajustes no se leen aquí
unread-broken-text = { $file }: el texto de esta imagen está dañado, o supera { $available }
unread-cut-short = { $file }: el archivo está cortado, y lo que queda no dice cómo se creó

source-aiimagegen = aiimagegen
source-automatic1111 = A1111, o un programa que escribe sus ajustes del mismo modo
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = un programa que aquí no se conoce

## Ajustes de una imagen que no tienen efecto

unhonoured-not-supported = no se admite aquí
unhonoured-unknown-name = aquí no hay nada con este nombre
unhonoured-bad-value = no es un valor que pueda tener
unhonoured-other-noise = la misma semilla da aquí otro ruido

## La ventana

notice-close = Cerrar este mensaje

## Alrededor de la ventana

notification-finished = Imagen terminada
awake-reason = Se está generando una imagen
