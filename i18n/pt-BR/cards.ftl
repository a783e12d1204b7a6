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

device-kind-integrated = parte do chip do processador
device-kind-virtual = uma parte de uma placa
device-temperature = { $degrees } °C
device-load = { $percent }% ocupada
device-link-off = { $link }, inativo
device-also = acessível também como { $device }
device-also-unusable = acessível também como { $device }, mas assim não pode ser usada: { $reason }
device-copies = copia { $to } para a placa, { $from } de volta
device-rate = { $bytes }/s
devices-through = de { $from } para { $to }, pela memória do computador: { $rate }
devices-linked = O NVLink une as placas, mas não acelera nenhuma imagem: só poderia acelerar a transferência de pesos de uma placa para outra, um passo não envia quase nada, e as memórias das placas não se tornam uma só. Aqui todos os dados passam pela memória do computador.
devices-unlinked = Nenhum NVLink ativo une as placas, e nenhuma imagem demora mais por isso: só poderia acelerar a transferência de pesos de uma placa para outra, um passo não envia quase nada, e as memórias das placas não se tornariam uma só. Aqui todos os dados passam pela memória do computador.
cli-device-unmeasured = não foi possível medir { $device }: { $reason }
device-test = _Testar
device-test-again = _Testar de novo
device-testing = Testando: parte { $done } de { $total }
device-test-failed = Não foi possível concluir o teste: { $reason }.
