# Menús, botones y teclas: cómo se llama una acción (menu-) y qué hace (action-).

menubar-file = _Archivo
menubar-edit = _Editar
menubar-model = _Modelo
menubar-generate = _Generar
menubar-view = Ve_r
menubar-help = A_yuda

menu-open-picture = _Abrir una imagen para obtener sus parámetros…
action-open-picture = Adoptar el prompt y los parámetros de una imagen
menu-open-output-folder = Abrir la _carpeta de imágenes
action-open-output-folder = Mostrar la carpeta de imágenes en el gestor de archivos
menu-preferences = _Preferencias
action-preferences = Cambiar las carpetas, las GPU, el idioma y el tema
menu-quit = _Salir
action-quit = Salir

menu-copy-picture = _Copiar la imagen
action-copy-picture = Copiar la imagen que se muestra
menu-copy-seed = Copiar la _semilla
action-copy-seed = Copiar la semilla de la última imagen
menu-swap-prompts = _Intercambiar los prompts
action-swap-prompts = Intercambiar el prompt positivo y el negativo
menu-clear-prompts = _Vaciar los prompts
action-clear-prompts = Vaciar ambos prompts

menu-load-model = _Cargar el modelo
action-load-model = Cargar el modelo para que la primera imagen no tenga que esperarlo
menu-clear-model = _Liberar el modelo
action-clear-model = Liberar la memoria que ocupa el modelo
menu-open-checkpoint = _Abrir un checkpoint de otro lugar…
action-open-checkpoint = Abrir un checkpoint de otro lugar
menu-rescan = _Volver a explorar las carpetas
action-rescan = Buscar modelos de nuevo
menu-open-models-folder = Abrir la carpeta de _modelos
action-open-models-folder = Mostrar la carpeta de modelos en el gestor de archivos

menu-generate = _Generar
action-generate = Generar una imagen; si ya hay una en curso, la siguiente
menu-queue = Añadir a la _cola
action-queue = Poner una imagen en la cola, sin iniciar nada
menu-stop = _Detener
action-stop = Detener tras el paso en curso; otra vez: detener de inmediato
menu-stop-all = Detener _todo
action-stop-all = Detener y vaciar la cola
menu-resume = _Iniciar la cola
action-resume = Continuar con la cola
menu-show-queue = _Mostrar la cola
action-show-queue = Mostrar la cola
menu-finish-pictures = T_erminar las imágenes interrumpidas
action-finish-pictures = Crear las imágenes cuyo último paso, la decodificación, se interrumpió
menu-discard-pictures = Desca_rtar las imágenes interrumpidas
action-discard-pictures = Mover a la papelera lo que se guardó de las imágenes interrumpidas
menu-restore-pictures = _Recuperarlas
action-restore-pictures = Sacar de la papelera las imágenes interrumpidas
menu-random-seed = Semilla _aleatoria
action-random-seed = Sortear una semilla nueva para cada imagen
menu-reuse-seed = Última _semilla
action-reuse-seed = Usar la semilla de la última imagen

menu-left-panel = Panel _izquierdo
action-left-panel = Mostrar u ocultar el panel izquierdo
menu-right-panel = Panel _derecho
action-right-panel = Mostrar u ocultar el panel derecho
menu-fullscreen = Pantalla _completa
action-fullscreen = Nada más que la imagen
menu-zoom-in = _Ampliar
action-zoom-in = Mostrar la imagen más grande
menu-zoom-out = _Reducir
action-zoom-out = Mostrar la imagen más pequeña
menu-zoom-fit = Imagen _entera
action-zoom-fit = Mostrar la imagen entera
menu-zoom-actual = _1:1
action-zoom-actual = Mostrar un píxel de la imagen en uno de la pantalla
menu-newer-picture = Imagen más _nueva
action-newer-picture = Mostrar la imagen generada después de esta
menu-older-picture = Imagen más an_tigua
action-older-picture = Mostrar la imagen generada antes de esta
menu-focus-pictures = Ir a las i_mágenes
action-focus-pictures = Ir a las miniaturas
menu-focus-prompt = Ir al _prompt
action-focus-prompt = Ir al prompt
menu-theme-system = Colores del e_scritorio
action-theme-system = Claro u oscuro, como el escritorio
menu-theme-light = C_laro
action-theme-light = Claro
menu-theme-dark = _Oscuro
action-theme-dark = Oscuro

menu-shortcuts = Atajos de _teclado
action-shortcuts = Mostrar todos los atajos de teclado
menu-open-settings-folder = Abrir la carpeta de _configuración
action-open-settings-folder = Mostrar la carpeta de configuración en el gestor de archivos
menu-about = _Acerca de aiimagegen
action-about = Qué es este programa
menu-restart = _Reiniciar
action-restart = Cerrar el programa e iniciarlo de nuevo

button-generate = Generar
button-generate-more = Más formas de generar
button-stop = Detener
button-stop-now = Detener ahora
button-load-model = Cargar modelo
button-clear-model = Liberar modelo

## Por qué algo no se puede hacer ahora

why-busy = Se está generando una imagen: deténgala primero.
why-loading = Se está cargando un modelo: detenga la carga primero.
why-no-checkpoint = Aún no hay ningún checkpoint que cargar.
why-loaded = Este modelo ya está cargado.
why-none-loaded = No hay ningún modelo cargado.

## La cola

queue-button = Cola: { $n }
queue-button-held = Cola: { $n } (en espera)
queue-list = Imágenes en espera
queue-detail = { $size }, { $steps } pasos, { $model }
queue-earlier = Antes
queue-later = Después
queue-remove = Quitar de la cola
queue-clear = _Vaciar la cola
queue-restored = Las imágenes de la última sesión esperan en la cola.
queue-restored-advice = No se genera nada hasta que inicie la cola.
queue-held = Han fallado dos imágenes seguidas: el resto de la cola espera.

## Teclas, y qué es el programa

shortcuts-title = Atajos de teclado
shortcuts-prompts = En un prompt
shortcuts-picture = En la imagen
shortcuts-pictures = En las miniaturas
shortcuts-queue = En la cola
shortcut-emphasis-more = Más peso para las palabras seleccionadas
shortcut-emphasis-less = Menos peso para las palabras seleccionadas
shortcut-history-older = Un prompt anterior
shortcut-history-newer = Un prompt posterior
shortcut-picture-fit = Imagen entera, o 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = Más grande, más pequeña
shortcut-pictures-show = Mostrar la imagen
shortcut-pictures-delete = Mover la imagen a la papelera
shortcut-pictures-undo = Recuperarla
shortcut-pictures-menu = Qué se puede hacer con ella
about-comments = Imágenes a partir de palabras, solo en este equipo

## La ventana

status-position = { $n } de { $count }
percent = { $percent } %
picture-files = Imágenes
recovered = Parámetros de { $file }
recovered-unhonoured = No se adoptó: { $keys }.
unfinished-found = Imágenes muestreadas y sin decodificar: { $n }. No se ha perdido nada de ellas.
unfinished-advice = Decodificarlas lleva unos segundos; no empieza por sí solo. Cierre este mensaje para conservarlas para más tarde.
unfinished-kept = Lo calculado se conserva: cierre este mensaje para terminar la imagen o descartarla.
unfinished-discarded = Imágenes interrumpidas movidas a la papelera: { $n }.
unfinished-surplus = El programa guarda { $most } imágenes interrumpidas. Las más antiguas están ahora en la papelera: { $n }.
unfinished-discard-failed = No se descartaron imágenes interrumpidas: { $reason }
unfinished-discard-advice = La papelera del escritorio no admite archivos de la carpeta de configuración. Elimínelos allí, en la carpeta «unfinished».
unfinished-restore-failed = No se recuperaron imágenes interrumpidas: { $reason }
unfinished-restore-advice = Búsquelas en la papelera del escritorio.
language-changed = El idioma cambia cuando el programa se inicia de nuevo.
defaults-saved = Estos son los valores por defecto a partir de ahora.
