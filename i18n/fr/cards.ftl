# Cartes graphiques : leur test avant la première utilisation, et ce qui manque.

event-device-testing = { $device } est nouveau ici et passe le test : partie { $done } sur { $total }
event-device-tested = { $device } calcule juste : testé en { $seconds } s
phase-testing = Test de { $device }, nouveau ici

cli-device-testing = { $device } est nouveau ici, ou son pilote, ou ce programme : il est testé avant d’être utilisé. Cela peut prendre une minute, une seule fois.
cli-device-remark = remarque : { $reason }
cli-selftest-passed = { $device } a réussi : { $rows } comparaisons, aucune au-dessus de sa limite
cli-selftest-not-passed = { $device } a échoué : { $failed } comparaisons sur { $rows } dépassent leur limite
cli-selftest-interrupted = arrêté après { $done } parties du test sur { $all } ; jusque-là, { $failed } comparaisons dépassent leur limite

devices-no-card = aucune carte graphique n’a été trouvée sur cette machine
devices-undriven = PCI { $pci } : une carte graphique { $maker } est présente, et aucun pilote ne la propose pour le calcul
devices-undriven-mesa-hint = Installer le pilote Vulkan (Debian et Ubuntu : apt install mesa-vulkan-drivers).
