# エンジンの動作: プレビュー、潜在表現、分割デコード。

event-preview = プレビュー
event-latent-finished = サンプリングが完了しました
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
