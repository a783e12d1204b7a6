# Placas de vídeo: o teste antes do primeiro uso, e o que falta.

event-device-testing = { $device } é novo aqui e está sendo testado: parte { $done } de { $total }
event-device-tested = { $device } calcula certo: testado em { $seconds } s
phase-testing = Testando { $device }, que é novo aqui

cli-device-testing = { $device } é novo aqui, ou o driver ou este programa é: ele é testado antes de ser usado. Isso pode levar um minuto, uma só vez.
cli-device-remark = nota: { $reason }
cli-selftest-passed = { $device } passou: { $rows } comparações, nenhuma acima do limite
cli-selftest-not-passed = { $device } não passou: { $failed } de { $rows } comparações estão acima do limite
cli-selftest-interrupted = interrompido após { $done } de { $all } partes do teste; até ali, { $failed } comparações estão acima do limite

devices-no-card = nenhuma placa de vídeo foi encontrada neste computador
devices-undriven = PCI { $pci }: há uma placa de vídeo da { $maker }, e nenhum driver a oferece para cálculo
devices-undriven-mesa-hint = Instale o driver do Vulkan (Debian e Ubuntu: apt install mesa-vulkan-drivers).
