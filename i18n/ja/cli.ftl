# 日本語: コマンドラインだけで使う文。

## エラー

cli-no-checkpoint = チェックポイント: 指定されていません
cli-no-checkpoint-hint = --checkpoint で、ファイルか `aiimagegen list models` に表示される名前を指定してください。
cli-unknown-model = { $name }: そのようなファイルはなく、{ $folder } にもこの名前のモデルはありません
cli-unknown-model-hint = `aiimagegen list models` で名前が表示されます。
cli-no-display = ウィンドウ: 開くディスプレイがありません
cli-no-display-hint = ウィンドウなしで使うには: aiimagegen generate "a lighthouse at dusk" --checkpoint FILE --output FOLDER
cli-no-display-help-hint = aiimagegen --help ですべてのコマンドが表示されます。プロジェクトのフォルダーからは: cargo run --release -- --help
cli-prompt-unreadable = プロンプト: 標準入力を読み込めません: { $reason }
cli-stdout-failed = 標準出力: { $reason }
cli-internal = 内部エラー: { $detail }
cli-internal-hint = プログラムの不具合です。この文面を添えて報告してください。
cli-not-arrays = 同じ名前の別のファイルがあるため、置き換えません
cli-same-file = { $first } と { $second } の両方を { $file } にはできません

cli-settings-hint = ファイルを修正するか、移動してください。ファイルがなければ既定の設定で起動します。
cli-settings-newer-hint = 新しいバージョンを使うか、--settings で別のフォルダーを指定してください。

field-checkpoint = チェックポイント
field-vae = VAE
field-clip = CLIP
field-profile = プロファイル
field-count = 枚数
field-repeats = 繰り返し
field-output = 出力

## 実行中

cli-stopping = このステップの後で停止します。もう一度 Ctrl-C を押すとすぐに停止します。
cli-kept = 残したファイル: { $files }
cli-kept-nothing = 完成したものがないため、何も残していません。
cli-loaded = { $family } を読み込みました: { $stages } ({ $size }、{ $time })
cli-generated = シード { $seed }、1 ステップあたり { $step }、合計 { $time }
cli-array = { $kind ->
    [latent] 潜在表現
   *[other] トレース
}: { $file }
cli-time-left = 残り { $time }
cli-seconds = { $n } 秒
cli-minutes = { $min } 分 { $s } 秒
cli-hours = { $h } 時間 { $min } 分

## 結果

cli-inspect-format = 形式
cli-inspect-holds = 内容
cli-inspect-family = 系統
cli-inspect-unknown = 不明
cli-inspect-prediction = 予測方式
cli-inspect-input = 入力
cli-inspect-inpaint = 画像、マスク、マスクした画像 (インペイント)
cli-inspect-missing = 不足
cli-inspect-problem = 使用不可
cli-inspect-part = { $dtype }、{ $size }、テンソル { $tensors } 個

cli-inspect-source = 作成プログラム
cli-inspect-prompt = プロンプト
cli-inspect-negative = ネガティブプロンプト
cli-inspect-steps = ステップ数
cli-inspect-sampler = サンプラー
cli-inspect-scheduler = スケジューラー
cli-inspect-cfg = CFG スケール
cli-inspect-seed = シード
cli-inspect-size = サイズ
cli-inspect-model = モデル
cli-inspect-model-hash = モデルのハッシュ
cli-inspect-vae = VAE
cli-inspect-unhonoured = ここでは無効
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }、空き { $free } / 全体 { $total }
cli-device-unusable = 使えません: { $reason }

cli-selftest-ok = 合格
cli-selftest-failed = 失敗

cli-list-no-models = { $folder } にモデルがありません。その中のフォルダー checkpoints、vae、clip にファイルを入れてください。

cli-profile-comfyui = ComfyUI のスケジュール、サンプラー、ノイズ、強調

cli-bench-run = { $device } { $precision } { $size } バッチ { $batch }: ステップ { $step }、エンコード { $encode }、デコード { $decode }、読み込み { $load }、最大メモリー { $memory }
cli-bench-card = { $device }: モデル読み込み後 { $loaded }、最大でサンプリング中 { $sampling }、デコード中 { $decode }、見込み { $foreseen }
