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
