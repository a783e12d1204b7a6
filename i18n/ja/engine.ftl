# エンジンの動作: プレビュー、潜在表現、分割デコード。

event-preview = プレビュー
event-latent-finished = サンプリングが完了しました
event-decode-retried = メモリーが足りません: { $how }
event-tile-done = 画像を作成中: 分割 { $tile } / { $tiles }

way-tiled = 画像を分割して作成します
way-tiled-on-processor = 画像を CPU 上で分割して作成します (時間がかかります)

field-latent = 潜在表現
