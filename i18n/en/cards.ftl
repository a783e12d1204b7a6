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

device-kind-integrated = part of the processor's chip
device-kind-virtual = a share of a card
device-temperature = { $degrees } °C
device-load = { $percent }% busy
device-link-off = { $link }, off
device-also = also reached as { $device }
device-also-unusable = also reached as { $device }, which cannot be used: { $reason }
device-copies = copies { $to } to the card, { $from } back
device-rate = { $bytes }/s
devices-through = { $from } to { $to }, by way of the machine's memory: { $rate }
devices-linked = NVLink joins the cards, but makes no picture faster: it could only speed up moving weights from card to card, a step sends next to nothing, and the cards' memories do not become one. Here all data goes by way of the machine's memory.
devices-unlinked = No NVLink in use joins the cards, and no picture is slower for that: it could only speed up moving weights from card to card, a step sends next to nothing, and the cards' memories would not become one. Here all data goes by way of the machine's memory.
cli-device-unmeasured = { $device } could not be measured: { $reason }
device-test = _Test
device-test-again = _Test again
device-testing = Testing: part { $done } of { $total }
device-test-failed = The test could not be finished: { $reason }.
