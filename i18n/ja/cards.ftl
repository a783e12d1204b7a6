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

device-kind-integrated = CPU のチップに内蔵
device-kind-virtual = カードの一部
device-temperature = { $degrees } °C
device-load = 使用率 { $percent }%
device-link-off = { $link } (無効)
device-also = { $device } としても使えます
device-also-unusable = { $device } としても認識されていますが、使えません: { $reason }
device-copies = カードへ { $to }、カードから { $from } でコピー
device-rate = { $bytes }/s
devices-through = { $from } から { $to } へ (メインメモリー経由): { $rate }
devices-linked = カードは NVLink でつながっていますが、画像の生成は速くなりません。速くなり得るのはカード間での重みの移動だけで、各ステップではほとんど何も送られず、カードのメモリーが一つになることもありません。このプログラムでは、データはすべてメインメモリーを経由します。
devices-unlinked = カードをつなぐ有効な NVLink はありませんが、画像の生成が遅くなることはありません。NVLink で速くなり得るのはカード間での重みの移動だけで、各ステップではほとんど何も送られず、カードのメモリーが一つになることもありません。このプログラムでは、データはすべてメインメモリーを経由します。
cli-device-unmeasured = { $device } を測定できませんでした: { $reason }
device-test = テスト(_T)
device-test-again = もう一度テスト(_T)
device-testing = テスト中: { $total } 個中 { $done } 個目
device-test-failed = テストを完了できませんでした: { $reason }。
