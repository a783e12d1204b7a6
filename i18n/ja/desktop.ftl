# 日本語: 読み込んだ画像と、ウィンドウの外でデスクトップに表示されるもの。

## 画像から生成方法が分からない理由

unread-not-picture = { $file }: PNG、JPEG、WebP のいずれの画像でもありません
unread-no-parameters = { $file }: この画像には生成パラメーターがありません
unread-no-parameters-hint = 多くのサイトやチャットプログラムがこの情報を取り除きます。最初に保存されたファイルを使ってください。
unread-other-program = { $file }: この画像は{ $source }のもので、その設定はここでは読み込めません
unread-broken-text = { $file }: この画像のテキストは壊れているか、{ $available } を超えています
unread-cut-short = { $file }: ファイルが途中で切れており、残りの部分に生成パラメーターがありません

source-aiimagegen = aiimagegen
source-automatic1111 = A1111 または同じ方法で設定を書き込むプログラム
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = 不明なプログラム

## 画像の設定のうち効果のないもの

unhonoured-not-supported = ここでは未対応
unhonoured-unknown-name = この名前のものはありません
unhonoured-bad-value = 指定できない値です
unhonoured-other-noise = 同じシードでもここではノイズが異なります

## ウィンドウ

notice-close = このメッセージを閉じる

## ウィンドウの外

notification-finished = 画像が完成しました
awake-reason = 画像を生成しています
