# Graphics cards: their test before the first use, and what is missing.

event-device-testing = { $device } is new here and is being tested: part { $done } of { $total }
event-device-tested = { $device } computes right: tested in { $seconds } s
phase-testing = Testing { $device }, which is new here

cli-device-testing = { $device } is new here, or its driver or this program is: it is tested before it is used. That can take a minute, once.
cli-device-remark = note: { $reason }
cli-selftest-passed = { $device } passed: { $rows } comparisons, none over its limit
cli-selftest-not-passed = { $device } did not pass: { $failed } of { $rows } comparisons are over their limit
cli-selftest-interrupted = stopped after { $done } of { $all } parts of the test; { $failed } comparisons so far are over their limit

devices-no-card = no graphics card was found on this machine
devices-undriven = PCI { $pci }: a graphics card of { $maker } is there, and no driver offers it for computing
devices-undriven-mesa-hint = Install the Vulkan driver (Debian and Ubuntu: apt install mesa-vulkan-drivers).
