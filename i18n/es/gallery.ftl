# El panel derecho: las imágenes de la carpeta de salida.

gallery-label = Imágenes generadas
gallery-empty = Las imágenes aparecen aquí
gallery-search = Buscar imágenes por nombre y prompt
gallery-search-hint = Buscar
gallery-nothing-found = Ninguna imagen contiene estas palabras

# Cómo se llama una imagen: para el lector de pantalla y donde se detiene el puntero.
gallery-caption = { $prompt }, { $width } × { $height }, { $date }
gallery-caption-unnamed = { $name }, { $width } × { $height }, { $date }
gallery-caption-unread = { $name }, { $date }
gallery-caption-flawed = { $name }: { $reason }
gallery-job =
    En curso, { $percent } %: { $prompt }
    { $detail }
gallery-job-waits =
    En espera, número { $n }: { $prompt }
    { $detail }

gallery-flaw-too-large = demasiado grande para mostrarse aquí
gallery-flaw-no-picture = no es una imagen
gallery-flaw-damaged = dañada o incompleta
gallery-flaw-unreadable = no se puede leer: { $reason }

gallery-show = _Mostrar
gallery-copy = _Copiar
gallery-use-parameters = _Usar los parámetros
gallery-use-all-but-seed = Usar _todo salvo la semilla
gallery-open-folder = _Abrir la carpeta
gallery-delete = Mover a la _papelera

gallery-deleted-short = En la papelera
gallery-deleted = { $name } está en la papelera
gallery-undo = _Deshacer
gallery-undo-tooltip = Recuperar la imagen (Ctrl+Z)
gallery-undo-close = Cerrar
gallery-delete-failed = { $name } no se eliminó: { $reason }
gallery-delete-advice = La papelera del escritorio no acepta archivos de esta carpeta. Use «Abrir la carpeta» para eliminar el archivo en el gestor de archivos.
gallery-restore-failed = { $name } no se recuperó: { $reason }
gallery-restore-advice = Búsquela en la papelera del escritorio.
