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
