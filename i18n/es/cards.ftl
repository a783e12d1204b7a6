# Tarjetas gráficas: su prueba antes del primer uso, y lo que falta.

event-device-testing = { $device } es nuevo aquí y se está probando: parte { $done } de { $total }
event-device-tested = { $device } calcula bien: probado en { $seconds } s
phase-testing = Probando { $device }, que es nuevo aquí

cli-device-testing = { $device } es nuevo aquí, o lo es su controlador o este programa: se prueba antes de usarlo. Puede tardar un minuto, una sola vez.
cli-device-remark = nota: { $reason }
cli-selftest-passed = { $device } superó la prueba: { $rows } comparaciones, ninguna por encima de su límite
cli-selftest-not-passed = { $device } no superó la prueba: { $failed } de { $rows } comparaciones superan su límite
cli-selftest-interrupted = detenido tras { $done } de { $all } partes de la prueba; hasta ahí, { $failed } comparaciones superan su límite

devices-no-card = no se encontró ninguna tarjeta gráfica en este equipo
devices-undriven = PCI { $pci }: hay una tarjeta gráfica de { $maker }, y ningún controlador la ofrece para calcular
devices-undriven-mesa-hint = Instale el controlador de Vulkan (Debian y Ubuntu: apt install mesa-vulkan-drivers).

device-kind-integrated = parte del chip del procesador
device-kind-virtual = una parte de una tarjeta
device-temperature = { $degrees } °C
device-load = ocupada al { $percent } %
device-link-off = { $link }, inactivo
device-also = accesible también como { $device }
device-also-unusable = accesible también como { $device }, pero así no se puede usar: { $reason }
device-copies = copia { $to } hacia la tarjeta, { $from } de vuelta
device-rate = { $bytes }/s
devices-through = de { $from } a { $to }, por la memoria del equipo: { $rate }
devices-linked = NVLink une las tarjetas, pero no acelera ninguna imagen: solo podría acelerar el traslado de pesos de una tarjeta a otra, un paso no envía casi nada, y las memorias de las tarjetas no se convierten en una. Aquí todos los datos pasan por la memoria del equipo.
devices-unlinked = Ningún NVLink activo une las tarjetas, y ninguna imagen tarda más por eso: solo podría acelerar el traslado de pesos de una tarjeta a otra, un paso no envía casi nada, y las memorias de las tarjetas no se convertirían en una. Aquí todos los datos pasan por la memoria del equipo.
cli-device-unmeasured = no se pudo medir { $device }: { $reason }
device-test = _Probar
device-test-again = _Probar de nuevo
device-testing = Probando: parte { $done } de { $total }
device-test-failed = No se pudo terminar la prueba: { $reason }.
