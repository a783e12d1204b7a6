# 日本語。

## 数

bytes-b = { $n } バイト
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## エラー: それぞれ 1 行、ファイルまたは部分、続いて理由; 先頭の「: 」は半角のまま

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: これは{ $found }であり、{ $wanted }ではありません
error-missing-parts = { $file }: このチェックポイントには画像の生成に必要なものが揃っていません。不足: { $parts }
error-missing-parts-hint = 不足している部分のファイルをチェックポイントと併せて選ぶか、すべてを含むチェックポイントを選んでください。
error-missing-tensor = { $file }: テンソル { $tensor } がありません
error-missing-tensor-hint = ファイルが切り詰められているか、別の種類のモデルかもしれません。再度ダウンロードするか、別のファイルを選んでください。
error-wrong-shape = { $file }: テンソル { $tensor } の形状は { $found } ですが、モデルのほかの部分に合うのは { $expected } です
error-wrong-shape-hint = 異なるモデルの部分が混ざったファイルです。別のファイルを選んでください。
error-weights-not-finite = { $file }: テンソル { $tensor } に数でない値 (NaN または無限大) が含まれています
error-weights-not-finite-hint = ファイルが壊れているか、マージに失敗しています。再度ダウンロードするか、別のファイルを選んでください。
error-unsupported-model = { $file }: この種類のモデルは実行できません: { $evidence }
error-unsupported-model-hint = Stable Diffusion 1.x、2.x、XL のチェックポイントを実行できます。
error-part-mismatch = { $file }: この { $part } はチェックポイントに合いません: { $found } ですが、必要なのは { $expected } です
error-part-mismatch-hint = このチェックポイント用のものか、チェックポイントに含まれるものを選んでください。
error-bad-value = { $field }: { $value } は使えません。{ $rule }でなければなりません
error-device-unusable = { $device }: デバイスを使えません: { $obstacle }
error-device-unusable-hint = CPU は常に使えます。デバイスに cpu を選ぶか、選択をプログラムに任せてください。
error-precision-unsupported = { $device }: このデバイスは { $precision } での計算に対応していません
error-precision-unsupported-hint = 対応する精度は { $supported } です。auto なら自動で選ばれます。
error-out-of-memory = { $device }: メモリーが足りません: 必要 { $needed }、空き { $available }
error-out-of-memory-hint = 画像またはバッチを小さくするか、このメモリーを使っているほかのプログラムを閉じてください。
error-not-finite = { $stage }: 計算結果が数でない値 (NaN) になりました ({ $step ->
    [0] サンプリング以外
   *[other] ステップ { $step }
})
error-not-finite-hint = 精度を f32 にするか、別の VAE またはチェックポイントを選んでください。
error-save = { $file }: 書き込めませんでした: { $reason }
error-save-hint = フォルダーがあり、書き込み可能で空きがあることを確かめるか、別の場所を選んでください。
error-cancelled = 停止しました: { $steps } ステップ中 { $step } ステップまで完了
error-cancelled-early = 停止しました: 最初のステップより前です
error-engine-gone = エンジン: 計算を行うプロセスが応答せずに終了しました ({ $status })
error-engine-gone-hint = 次に「生成」すると再び起動します。毎回終了する場合はメモリー不足かもしれません。画像を小さくしてください。
error-engine-silent = エンジン: ドライバーに問い合わせるプロセスが { $patience } 秒以内に応答しませんでした
error-internal = aiimagegen: プログラムの不具合です: { $detail }
error-internal-hint = この文面を添えて報告してください。

problem-not-found = そのようなファイルはありません
problem-is-folder = ファイルではなくフォルダーです
problem-not-regular = 通常のファイルではなく、パイプ、ソケット、またはデバイスです
problem-no-permission = このファイルを読み込む権限がありません
problem-no-permission-hint = 読み込み権限を付ける (chmod u+r) か、所有者に依頼してください。
problem-empty = ファイルが空です
problem-empty-hint = 再度ダウンロードしてください。
problem-other = ファイルを読み込めません: { $reason }

flaw-unknown-format = safetensors でも PyTorch でもないファイルです
flaw-truncated = ファイルが途中で切れています: { $expected } のうち { $found } しかありません
flaw-truncated-hint = ダウンロードが完了していません。ファイルを再度ダウンロードしてください。
flaw-header-too-large = ヘッダーのサイズが { $claimed } とされており、実際にはあり得ない大きさです
flaw-header-unreadable = ヘッダーを読み込めません: { $detail }
flaw-outside-file = テンソル { $tensor } がファイルの範囲外のバイトを指しています
flaw-overlap = テンソル { $tensor } と { $other } が同じバイトを指しています
flaw-size-mismatch = テンソル { $tensor } のサイズが形状と型に合いません
flaw-duplicate = テンソル { $tensor } が 2 つあります
flaw-unknown-dtype = テンソル { $tensor } の数値型 { $dtype } には対応していません
flaw-forbidden-call = このファイルは、モデルには不要な { $callable } を実行しようとします。何も実行していません
flaw-forbidden-call-hint = このファイルを信用しないでください。何も実行できない safetensors 形式のモデルを入手してください。
flaw-pickle-limit = 中の pickle が、モデルに必要な範囲を超えています: { $limit }
flaw-pickle-unreadable = 中の pickle を読み込めません: { $detail }
flaw-archive-unreadable = zip アーカイブを読み込めません: { $detail }

rule-multiple-of = { $of } の倍数
rule-between = { $min } から { $max } の間
rule-one-of = 次のいずれか ({ $names })

kind-checkpoint = チェックポイント
kind-vae = VAE 単体
kind-clip = テキストエンコーダー単体
kind-lora = LoRA
kind-control-net = ControlNet
kind-embedding = Textual Inversion の埋め込み
kind-upscaler = アップスケーラー
kind-language-model = 言語モデル
kind-other-diffusion = Stable Diffusion 1.x、2.x、XL 以外のアーキテクチャーのモデル
kind-unknown = 種類の分からないモデル

wanted-clip = テキストエンコーダー
wanted-unet = チェックポイント
wanted-vae = VAE

stage-clip = テキストエンコーダー
stage-unet = UNet
stage-vae = VAE

field-size = サイズ
field-width = 幅
field-height = 高さ
field-steps = ステップ数
field-cfg = CFG
field-batch = バッチ
field-sampler = サンプラー
field-scheduler = スケジューラー
field-seed = シード
field-prompt-tokens = プロンプトのトークン数

## エンジンの動作

event-device-skipped = { $device } は使いません: { $obstacle }
event-load-progress = 読み込み中: { $done } / { $total }
event-loaded = 読み込みました
event-seed-chosen = シード { $value }
event-encode-started = プロンプトを解析しています
event-sampling-started = サンプリング中、{ $steps } ステップ
event-step-done = ステップ { $step } / { $steps }
event-decode-started = 潜在表現から画像を作成しています
event-decode-repeated = { $precision } では画像が数でない値になりました: f32 で再度デコードしています

## ウィンドウ

app-name = aiimagegen
no-display = aiimagegen: ウィンドウを開くディスプレイがありません。ディスプレイなしで使うには: aiimagegen generate --checkpoint FILE "a prompt"

button-open-models-folder = モデルの場所を開く(_O)
button-rescan = 再スキャン


checkpoint-label = チェックポイント(_K)
model-files = モデルファイル
model-none = モデルは読み込まれていません
model-built-in-demo = 内蔵デモ
models-empty = チェックポイントがまだありません。Stable Diffusion のファイル (.safetensors または .ckpt) を { $folder } に入れてください
dialog-open = 開く
dialog-cancel = キャンセル

parameters-heading = パラメーター
parameter-width = 幅(_W)
parameter-height = 高さ(_T)
parameter-steps = ステップ数(_S)
parameter-sampler = サンプラー(_L)
parameter-scheduler = スケジューラー(_U)
parameter-cfg = CFG スケール(_C)
parameter-cfg-tooltip = 画像をどれだけプロンプトに従わせるか
parameter-seed = シード(_D)
parameter-seed-tooltip = -1 にすると画像ごとに新しいシードを使います
seed-last = 最後の画像のシード

prompt-positive = ポジティブプロンプト(_P)
prompt-negative = ネガティブプロンプト(_N)

canvas-empty = まだ画像がありません
canvas-picture = プロンプトのない画像

phase-starting = 開始しています
phase-loading = モデルを読み込み中: { $done } / { $total }
phase-loading-short = 読み込み中
phase-encoding = プロンプトを解析中
phase-sampling = ステップ { $step } / { $steps }
phase-decoding = 画像を作成中
phase-saving = 画像を保存中
phase-stopping = このステップの後で停止します
phase-failed = 失敗
time-left-seconds = 残り { $s } 秒
time-left-minutes = 残り { $min } 分 { $s } 秒
time-left-hours = 残り { $h } 時間 { $min } 分

notice-details = 詳細

quit-question = 画像を生成中です。終了しますか?
quit-question-loss = 画像は完成していません。次にプログラムを起動したとき、キューで待機します。
quit-confirm = 終了
quit-cancel = 続ける

# デバイスを使えない理由。
obstacle-absent = このコンピューターにそのデバイスはありません
obstacle-absent-hint = "aiimagegen devices" で利用できるデバイスが表示されます。
obstacle-unproven = まだテストされていません
obstacle-unproven-hint = 最初に使うときにテストされます。"aiimagegen selftest --device { $device }" で今すぐテストできます。
obstacle-too-small = モデルには { $needed } 必要ですが、空きは { $available } です
obstacle-software = CPU 上で計算するため、このプログラムが直接 CPU で計算するより遅くなります
obstacle-software-hint = テスト用のため、--device { $device } と指定したときだけ使われます。
obstacle-no-cuda-driver = NVIDIA のドライバーがありません (libcuda)
obstacle-no-cuda-driver-hint = NVIDIA のドライバー 525 以降をインストールしてください (Debian: nvidia-driver、Ubuntu: ubuntu-drivers install)。
obstacle-no-cuda-compiler = CUDA のランタイムコンパイラーがありません (libnvrtc)
obstacle-no-cuda-compiler-hint = CUDA ツールキットをインストールするか、「pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12」を実行してください。通常と異なるフォルダーにある場合は AIIMAGEGEN_CUDA で指定してください。"aiimagegen devices" にこのカードが vulkan:N としても表示されていれば、それがなくても Vulkan で動作します。
obstacle-no-cuda-headers = CUDA のヘッダーがありません (cuda_runtime.h、cuda_fp16.h、mma.h)
obstacle-no-cuda-headers-hint = CUDA ツールキットをインストールするか、「pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12」を実行してください。通常と異なるフォルダーにある場合は AIIMAGEGEN_CUDA で指定してください。"aiimagegen devices" にこのカードが vulkan:N としても表示されていれば、それがなくても Vulkan で動作します。
obstacle-cuda-too-new = CUDA のランタイムコンパイラーはバージョン { $compiler } ですが、ドライバーが対応する CUDA は { $driver } までです
obstacle-cuda-too-new-hint = 新しいドライバーをインストールするか、古いランタイムコンパイラーをインストールして、そのフォルダーを AIIMAGEGEN_CUDA で指定してください。
obstacle-cuda-mismatch = CUDA のランタイムコンパイラーはバージョン { $compiler }、ヘッダーはバージョン { $headers } です
obstacle-cuda-mismatch-hint = 両方を同じバージョンでインストールし、複数ある場合はそのフォルダーを AIIMAGEGEN_CUDA で指定してください。
obstacle-wrong = セルフテストに失敗しました: { $stage } の誤差は { $max_diff } で、許容は { $limit } までです
obstacle-wrong-hint = ドライバーを更新すると再びテストされます。"aiimagegen selftest --device { $device }" で今すぐテストでき、各項目が表示されます。
obstacle-broken = { $detail }
obstacle-broken-hint = ドライバーを更新すると再びテストされます。"aiimagegen selftest --device { $device }" で今すぐテストでき、各項目が表示されます。
