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
