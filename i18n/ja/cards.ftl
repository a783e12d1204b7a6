# グラフィックカード: 最初に使う前のテストと、足りないもの。

event-device-testing = { $device } は初めてのためテスト中です: { $total } 件中 { $done } 件
event-device-tested = { $device } は正しく計算します: テスト時間 { $seconds } 秒
phase-testing = 初めて使う { $device } をテストしています

cli-device-testing = { $device }、そのドライバー、またはこのプログラムが新しいため、使う前にテストします。1 分ほどかかることがありますが、1 回だけです。
cli-device-remark = 注意: { $reason }
cli-selftest-passed = { $device } は合格です: { $rows } 件の比較はすべて許容内です
cli-selftest-not-passed = { $device } は不合格です: { $rows } 件の比較のうち { $failed } 件が許容を超えています
cli-selftest-interrupted = テスト { $all } 件中 { $done } 件で停止しました。ここまでに { $failed } 件の比較が許容を超えています

devices-no-card = このコンピューターにグラフィックカードは見つかりませんでした
devices-undriven = PCI { $pci }: { $maker } のグラフィックカードがありますが、計算に使えるドライバーがありません
devices-undriven-mesa-hint = Vulkan のドライバーをインストールしてください (Debian と Ubuntu: apt install mesa-vulkan-drivers)。
