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

device-kind-integrated = intégrée à la puce du processeur
device-kind-virtual = une part de carte
device-temperature = { $degrees } °C
device-load = occupée à { $percent } %
device-link-off = { $link }, inactif
device-also = accessible aussi par { $device }
device-also-unusable = accessible aussi par { $device }, mais inutilisable ainsi : { $reason }
device-copies = copie { $to } vers la carte, { $from } au retour
device-rate = { $bytes }/s
devices-through = de { $from } à { $to }, par la mémoire de la machine : { $rate }
devices-linked = NVLink relie les cartes, mais n’accélère aucune image : il ne pourrait accélérer que le déplacement des poids d’une carte à l’autre, une étape ne transmet presque rien, et les mémoires des cartes n’en font pas une seule. Ici, toutes les données passent par la mémoire de la machine.
devices-unlinked = Aucun NVLink actif ne relie les cartes, et aucune image n’en est plus lente : il ne pourrait accélérer que le déplacement des poids d’une carte à l’autre, une étape ne transmet presque rien, et les mémoires des cartes n’en feraient pas une seule. Ici, toutes les données passent par la mémoire de la machine.
cli-device-unmeasured = { $device } n’a pas pu être mesuré : { $reason }
device-test = _Tester
device-test-again = _Tester à nouveau
device-testing = Test en cours : partie { $done } sur { $total }
device-test-failed = Le test n’a pas pu être mené à bien : { $reason }.
