# Grafikkarten: ihr Test vor der ersten Verwendung, und was fehlt.

event-device-testing = { $device } ist hier neu und wird getestet: Teil { $done } von { $total }
event-device-tested = { $device } rechnet richtig: in { $seconds } s getestet
phase-testing = { $device } ist hier neu und wird getestet

cli-device-testing = { $device } ist hier neu, oder der Treiber oder dieses Programm ist es: Vor der Verwendung wird getestet. Das kann einmal eine Minute dauern.
cli-device-remark = Hinweis: { $reason }
cli-selftest-passed = { $device } hat bestanden: { $rows } Vergleiche, keiner über seiner Grenze
cli-selftest-not-passed = { $device } hat nicht bestanden: { $failed } von { $rows } Vergleichen liegen über ihrer Grenze
cli-selftest-interrupted = angehalten nach { $done } von { $all } Teilen des Tests; bis dahin liegen { $failed } Vergleiche über ihrer Grenze

devices-no-card = auf diesem Rechner wurde keine Grafikkarte gefunden
devices-undriven = PCI { $pci }: eine Grafikkarte von { $maker } ist da, und kein Treiber bietet sie zum Rechnen an
devices-undriven-mesa-hint = Den Vulkan-Treiber installieren (Debian und Ubuntu: apt install mesa-vulkan-drivers).

device-kind-integrated = Teil des Prozessorchips
device-kind-virtual = Anteil an einer Karte
device-temperature = { $degrees } °C
device-load = zu { $percent } % ausgelastet
device-link-off = { $link }, inaktiv
device-also = auch als { $device } erreichbar
device-also-unusable = auch als { $device } erreichbar, so aber nicht verwendbar: { $reason }
device-copies = kopiert { $to } zur Karte, { $from } zurück
device-rate = { $bytes }/s
devices-through = { $from } nach { $to }, über den Arbeitsspeicher: { $rate }
devices-linked = NVLink verbindet die Karten, macht aber kein Bild schneller: Es könnte nur das Verschieben von Gewichten von Karte zu Karte beschleunigen, ein Schritt überträgt fast nichts, und der Speicher der Karten wird nicht zu einem. Hier gehen alle Daten über den Arbeitsspeicher.
devices-unlinked = Kein aktiver NVLink verbindet die Karten, und kein Bild wird dadurch langsamer: Er könnte nur das Verschieben von Gewichten von Karte zu Karte beschleunigen, ein Schritt überträgt fast nichts, und der Speicher der Karten würde nicht zu einem. Hier gehen alle Daten über den Arbeitsspeicher.
cli-device-unmeasured = { $device } konnte nicht gemessen werden: { $reason }
device-test = _Testen
device-test-again = Erneut _testen
device-testing = Test läuft: Teil { $done } von { $total }
device-test-failed = Der Test konnte nicht beendet werden: { $reason }.
