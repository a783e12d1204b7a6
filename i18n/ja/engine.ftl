# エンジンの動作: プレビュー、潜在表現、分割デコード。

event-preview = プレビュー
event-latent-finished = サンプリングが完了しました
event-memory-held = { $device } が { $bytes } を保持しています
event-decode-retried = メモリーが足りません: { $how }
event-tile-done = 画像を作成中: 分割 { $tile } / { $tiles }

way-tiled = 画像を分割して作成します
way-tiled-on-processor = 画像を CPU 上で分割して作成します (時間がかかります)

field-latent = 潜在表現

event-step-retried = メモリが不足しています: { $how }
event-step-repeated = このステップは { $precision } では数値になりませんでした: { $instead } でやり直します
way-halves = ガイダンスの半分ずつを順に計算します
way-one-by-one = 画像を 1 枚ずつ計算します
way-elsewhere = { $device } で続けます
event-placed = { $mode }：{ $why }

mode-one-device = モデルを { $device } に置きます
mode-apart = テキストエンコーダーは { $clip }、UNet は { $unet }、VAE は { $vae } に置きます
mode-guidance-in-parallel = テキストエンコーダーは { $clip }、UNet は { $unet } と { $negative }、VAE は { $vae } に置きます
mode-queue-in-parallel = モデルを次の各デバイスに置きます：{ $devices }

because-only-one = ほかに使えるデバイスがありません
because-best = ここで使える最良のデバイスです
because-chosen = 選択されたデバイスです
because-pinned = 固定されたパーツがあります
because-too-large = すべてを { $device } に置くには { $needed } 必要ですが、空きは { $available } です
because-two-denoisers = それぞれがガイダンスの半分を計算します
because-pictures-wait = { $waiting } 枚の画像が待っています
