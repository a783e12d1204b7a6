# Español: el primer inicio, las preferencias y el archivo de configuración que ambos escriben.

## Qué falla en un archivo de configuración

settings-unreadable = { $file }: no se puede leer la configuración: { $reason }
settings-broken = { $file }: la configuración no es válida: { $reason }
settings-newer = { $file }: una versión más nueva de este programa escribió esta configuración (formato { $version })
settings-value = { $file }: { $key } no puede ser { $value }

## Primer inicio

setup-title = Configuración inicial ({ $page })
setup-back = _Atrás
setup-next = _Siguiente
setup-finish = _Finalizar
setup-page = { $page } de { $pages }
setup-folders-heading = Dónde se guardan las cosas
setup-folders-intro = Nada sale de este equipo: la configuración, las imágenes y los modelos se quedan en estas carpetas.
setup-devices-heading = Qué calcula las imágenes
setup-devices-intro = Solo se usan las tarjetas gráficas marcadas aquí.
setup-summary-heading = Idioma y resumen
setup-broken = { $reason }. Lo que se pudo leer del archivo se adopta aquí.
setup-broken-kept = { $reason }. El archivo se conserva como { $kept }; lo que se pudo leer de él se adopta aquí.
setup-summary-settings = Configuración
setup-summary-output = Imágenes
setup-summary-models = Modelos
setup-summary-devices = Cálculo en
setup-devices-unknown = Aún se están buscando las tarjetas gráficas

## La fila de una carpeta

folder-settings = Carpeta de _configuración
folder-output = Carpeta de _imágenes
folder-models = Carpeta de _modelos
folder-choose = Elegir…
folder-choose-settings = Elegir la carpeta de configuración
folder-choose-output = Elegir la carpeta de imágenes
folder-choose-models = Elegir la carpeta de modelos
folder-select = Elegir
folder-there = Esta carpeta ya existe.
folder-to-be-made = Se creará esta carpeta.
folder-not-whole = Escriba la ruta completa: empieza por / o ~/.
folder-file-in-the-way = { $path } existe y no es una carpeta.
folder-not-writable = No tiene permiso para escribir en { $path }.
folder-has-settings = Ya hay una configuración en esta carpeta: se adopta, con lo que se elija aquí.
folder-fixed = Indicada en la línea de comandos, con --settings.
folder-unusable = Esta carpeta no se puede usar: { $reason }

## La lista de tarjetas gráficas

devices-looking = Buscando tarjetas gráficas
devices-title = { $name }, { $memory }
devices-pci = PCI { $address }
devices-unusable = No se puede usar: { $reason }.
devices-remark = Nota: { $reason }.
devices-none = No se encontró ninguna tarjeta gráfica. Calcula el procesador: { $name }, { $memory }.
devices-none-usable = No se puede usar ninguna tarjeta gráfica. Calcula el procesador: { $name }, { $memory }.
devices-processor = Si no se marca ninguna tarjeta, calcula el procesador: { $name }, { $memory }.
devices-failed = La búsqueda de tarjetas gráficas falló, quizá por un controlador. Motivo: { $reason }. Se puede usar el procesador: { $name }, { $memory }.
devices-again = Buscar de nuevo

## Idioma y colores

language-label = I_dioma
language-system = El idioma del sistema
theme-label = _Tema
theme-system = Como el sistema
theme-light = Claro
theme-dark = Oscuro

## Preferencias

preferences-title = Preferencias
preferences-folders = Carpetas
preferences-devices = Tarjetas gráficas
preferences-devices-note = Se usan a partir de la siguiente imagen. Para ello se vuelve a cargar el modelo.
preferences-strict = La misma imagen sea c_ual sea el número de tarjetas gráficas
preferences-strict-note = Una tarjeta trabaja entonces como lo hacen dos: calcula el prompt y el prompt negativo uno tras otro. En una tarjeta tarda más, sobre todo con imágenes pequeñas, y en dos no cuesta nada. Por lo general, las imágenes solo difieren en detalles finos de las hechas sin esta opción.
preferences-appearance = Apariencia
preferences-language-note = El idioma cambia cuando el programa se inicia de nuevo.
preferences-settings-folder = La configuración está en { $folder }
preferences-save = _Guardar
preferences-cancel = _Cancelar
preferences-not-saved = No se pudo guardar: { $reason }
