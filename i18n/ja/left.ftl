# 左パネル: モデル、メモリー、パラメーター。

## モデル

vae-label = VAE(_A)
clip-label = CLIP(_I)
picker-search = 検索
picker-none = 検索に一致するものがありません
picker-from-checkpoint = 内蔵のもの
picker-nothing = 含まれていません
picker-several = { $first } ほか { $more } 個
model-heading = モデル

# ファイルの短い説明; 各部分はダッシュでつながれる。
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL Refiner
model-inpainting = { $family } インペイント
model-without = { $parts } なし
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# ファイルが最後に表示され、選べない理由。
reason-other-kind = これは{ $kind }です
reason-unusable = 使えません: { $reason }
reason-latent = 別の系統用です: 潜在チャンネルは { $found } ですが、必要なのは { $wanted } です
reason-encoders = { $found } は合いません: チェックポイントには { $wanted } が必要です

## メモリー

meter-heading = メモリー
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = 使用 { $used } / 全体 { $total }、残り { $left }
meter-part = { $name } { $size }
meter-little = 0.1 GB 未満
meter-about = 約 { $size }
meter-checkpoint = チェックポイント
meter-vae = VAE
meter-clip = CLIP
meter-activations = アクティベーション
meter-window = このウィンドウ
meter-others = ほかのプログラム
meter-unaccounted = ドライバーほか
meter-free = 空き
meter-planned = 読み込み予定
meter-fits = 選択したモデルは収まります: { $size } / { $room }
meter-tight = 選択したモデルはぎりぎり収まります: { $size } / { $room }
meter-picture-too-large = 選択したモデルは収まりますが、このサイズの画像は収まりません: { $room } のうち{ $size } を重みが使います
meter-too-small = 選択したモデルは収まりません: { $size } 必要ですが、使えるのは { $room } です

## パラメーター

parameter-size = サイズ(_Z)
parameter-size-own = 任意のサイズ
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = { $width } × { $height } になります: サイズは 8 刻みです
size-swap = 幅と高さを入れ替える
parameter-count = 画像の枚数(_R)
parameter-count-tooltip = 続けて生成する枚数
seed-dice = 今すぐ新しいランダムシードにする
seed-each-time = 毎回新しいシード (-1)
button-save-defaults = 既定値として保存
button-save-defaults-tooltip = 今後はこのサイズ、サンプラー、スケジューラー、ステップ数、CFG スケールで始めます
button-reset-defaults = リセット
button-reset-defaults-tooltip = 既定値に戻します
