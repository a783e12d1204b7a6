# 显卡：首次使用前的测试，以及缺少的内容。

event-device-testing = { $device } 首次在此使用，正在测试：第 { $done } 部分，共 { $total } 部分
event-device-tested = { $device } 计算正确：测试用时 { $seconds } 秒
phase-testing = 正在测试首次使用的 { $device }

cli-device-testing = { $device }、其驱动或本程序是新的：使用前先进行测试。可能需要一分钟，仅此一次。
cli-device-remark = 注意：{ $reason }
cli-selftest-passed = { $device } 通过：{ $rows } 项比较均未超限
cli-selftest-not-passed = { $device } 未通过：{ $rows } 项比较中有 { $failed } 项超限
cli-selftest-interrupted = 已停止：完成 { $all } 部分测试中的 { $done } 部分；目前有 { $failed } 项比较超限

devices-no-card = 这台计算机上未找到显卡
devices-undriven = PCI { $pci }：有一块 { $maker } 显卡，但没有驱动可用它进行计算
devices-undriven-mesa-hint = 请安装 Vulkan 驱动（Debian 和 Ubuntu：apt install mesa-vulkan-drivers）。

device-kind-integrated = 集成在 CPU 芯片中
device-kind-virtual = 显卡的一部分
device-temperature = { $degrees } °C
device-load = 占用 { $percent }%
device-link-off = { $link }，未启用
device-also = 也可作为 { $device } 使用
device-also-unusable = 也可作为 { $device } 访问，但无法使用：{ $reason }
device-copies = 向显卡复制 { $to }，从显卡复制 { $from }
device-rate = { $bytes }/s
devices-through = 从 { $from } 到 { $to }（经由内存）：{ $rate }
devices-linked = 这些显卡之间有 NVLink，但它不会加快生成图片：它只能加快在显卡之间移动权重，而每一步几乎不传输数据，各显卡的显存也不会合并。在本程序中，所有数据都经由内存传输。
devices-unlinked = 这些显卡之间没有启用的 NVLink，但生成图片不会因此变慢：它只能加快在显卡之间移动权重，而每一步几乎不传输数据，各显卡的显存也不会因此合并。在本程序中，所有数据都经由内存传输。
cli-device-unmeasured = 无法测量 { $device }：{ $reason }
device-test = 测试(_T)
device-test-again = 重新测试(_T)
device-testing = 正在测试：第 { $done } 部分，共 { $total } 部分
device-test-failed = 测试未能完成：{ $reason }。
