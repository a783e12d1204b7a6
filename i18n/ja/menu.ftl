# メニュー、ボタン、キー: 操作の名前 (menu-) とその働き (action-)。

menubar-file = ファイル(_F)
menubar-edit = 編集(_E)
menubar-model = モデル(_M)
menubar-generate = 生成(_G)
menubar-view = 表示(_V)
menubar-help = ヘルプ(_H)

menu-open-picture = 画像を開いてパラメーターを使う(_O)…
action-open-picture = 画像のプロンプトとパラメーターを取り込む
menu-open-output-folder = 画像フォルダーを開く(_F)
action-open-output-folder = 画像フォルダーをファイルマネージャーで表示する
menu-preferences = 設定(_P)
action-preferences = フォルダー、GPU、言語、テーマを変更する
menu-quit = 終了(_Q)
action-quit = 終了する

menu-copy-picture = 画像をコピー(_C)
action-copy-picture = 表示中の画像をコピーする
menu-copy-seed = シードをコピー(_S)
action-copy-seed = 最後の画像のシードをコピーする
menu-swap-prompts = プロンプトを入れ替える(_W)
action-swap-prompts = ポジティブプロンプトとネガティブプロンプトを入れ替える
menu-clear-prompts = プロンプトを消去(_E)
action-clear-prompts = 両方のプロンプトを消去する

menu-load-model = モデルを読み込む(_L)
action-load-model = 最初の画像で待たずに済むよう、モデルを読み込んでおく
menu-clear-model = モデルを解放(_C)
action-clear-model = モデルが使っているメモリーを解放する
menu-open-checkpoint = 別の場所のチェックポイントを開く(_O)…
action-open-checkpoint = 別の場所のチェックポイントを開く
menu-rescan = フォルダーを再スキャン(_R)
action-rescan = モデルを探し直す
menu-open-models-folder = モデルフォルダーを開く(_F)
action-open-models-folder = モデルフォルダーをファイルマネージャーで表示する

menu-generate = 生成(_G)
action-generate = 画像を生成する。生成中の場合はその次に生成する
menu-queue = キューに追加(_Q)
action-queue = 画像をキューに追加し、生成は始めない
menu-stop = 停止(_S)
action-stop = 実行中のステップの後で停止する。もう一度で今すぐ停止する
menu-stop-all = すべて停止(_A)
action-stop-all = 停止してキューを空にする
menu-resume = キューを開始(_U)
action-resume = キューの処理を続ける
menu-show-queue = キューを表示(_H)
action-show-queue = キューを表示する
menu-finish-pictures = 中断した画像を仕上げる(_F)
action-finish-pictures = 最後の段階 (デコード) で中断した画像を作成する
menu-discard-pictures = 中断した画像を破棄(_D)
action-discard-pictures = 保存してある中断した画像をゴミ箱へ移動する
menu-restore-pictures = 元に戻す(_B)
action-restore-pictures = 中断した画像をゴミ箱から元に戻す
menu-random-seed = ランダムシード(_R)
action-random-seed = 画像ごとに新しいシードを使う
menu-reuse-seed = 前回のシード(_E)
action-reuse-seed = 最後の画像のシードを使う

menu-left-panel = 左パネル(_L)
action-left-panel = 左パネルの表示を切り替える
menu-right-panel = 右パネル(_R)
action-right-panel = 右パネルの表示を切り替える
menu-fullscreen = 全画面表示(_F)
action-fullscreen = 画像だけを表示する
menu-zoom-in = 拡大(_I)
action-zoom-in = 画像を拡大する
menu-zoom-out = 縮小(_O)
action-zoom-out = 画像を縮小する
menu-zoom-fit = 画像全体(_W)
action-zoom-fit = 画像全体を表示する
menu-zoom-actual = _1:1
action-zoom-actual = 画像の 1 ピクセルを画面の 1 ピクセルで表示する
menu-newer-picture = 新しい画像へ(_N)
action-newer-picture = この画像の後に生成した画像を表示する
menu-older-picture = 古い画像へ(_D)
action-older-picture = この画像の前に生成した画像を表示する
menu-focus-pictures = 画像へ移動(_G)
action-focus-pictures = サムネイルへ移動する
menu-focus-prompt = プロンプトへ移動(_P)
action-focus-prompt = プロンプトへ移動する
menu-theme-system = デスクトップの配色(_C)
action-theme-system = デスクトップに合わせてライトまたはダーク
menu-theme-light = ライト(_T)
action-theme-light = ライト
menu-theme-dark = ダーク(_K)
action-theme-dark = ダーク

menu-shortcuts = キーボードショートカット(_K)
action-shortcuts = すべてのキーを表示する
menu-open-settings-folder = 設定フォルダーを開く(_S)
action-open-settings-folder = 設定のあるフォルダーをファイルマネージャーで表示する
menu-about = aiimagegen について(_A)
action-about = このプログラムについて
menu-restart = 再起動(_A)
action-restart = プログラムを終了して再び起動する

button-generate = 生成
button-generate-more = その他の生成方法
button-stop = 停止
button-stop-now = 今すぐ停止
button-load-model = モデルを読み込む
button-clear-model = モデルを解放

## 今その操作ができない理由

why-busy = 画像を生成中です。先に停止してください。
why-loading = モデルを読み込み中です。先に停止してください。
why-no-checkpoint = 読み込めるチェックポイントがまだありません。
why-loaded = このモデルは読み込み済みです。
why-none-loaded = モデルは読み込まれていません。

## キュー

queue-button = キュー { $n }
queue-button-held = キュー { $n } (開始待ち)
queue-list = 待機中の画像
queue-detail = { $size }、{ $steps } ステップ、{ $model }
queue-earlier = 前へ
queue-later = 後へ
queue-remove = キューから外す
queue-clear = キューを空にする(_Q)
queue-restored = 前回のセッションの画像がキューで待機しています。
queue-restored-advice = キューを開始するまで何も生成されません。
queue-held = 画像が 2 枚続けて失敗しました。キューの残りは待機します。

## キーと、プログラムの紹介

shortcuts-title = キーボードショートカット
shortcuts-prompts = プロンプト内
shortcuts-picture = 画像上
shortcuts-pictures = サムネイル内
shortcuts-queue = キュー内
shortcut-emphasis-more = 選択した語句の重みを増やす
shortcut-emphasis-less = 選択した語句の重みを減らす
shortcut-history-older = 前のプロンプト
shortcut-history-newer = 次のプロンプト
shortcut-picture-fit = 画像全体または 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = 拡大、縮小
shortcut-pictures-show = 画像を表示する
shortcut-pictures-delete = 画像をゴミ箱へ移動する
shortcut-pictures-undo = 画像を元に戻す
shortcut-pictures-menu = 画像に対してできる操作
about-comments = このコンピューターだけで、言葉から画像を生成

## ウィンドウ

status-position = { $count } 枚中 { $n } 枚目
percent = { $percent }%
picture-files = 画像
recovered = { $file } のパラメーター
recovered-unhonoured = 取り込まれなかったもの: { $keys }。
unfinished-found = サンプリング済みでデコードされていない画像: { $n } 枚。何も失われていません。
unfinished-advice = デコードは数秒で終わります。自動では始まりません。後で処理する場合は、このメッセージを閉じてください。
unfinished-kept = サンプリングの結果は保存されています。このメッセージを閉じると、画像を完成させるか破棄するかを選べます。
unfinished-discarded = 中断した画像をゴミ箱へ移動しました: { $n } 枚。
unfinished-surplus = 中断した画像は { $most } 枚まで保存されます。それより古い { $n } 枚をゴミ箱へ移動しました。
unfinished-discard-failed = 中断した画像は破棄されませんでした: { $reason }
unfinished-discard-advice = デスクトップのゴミ箱は、設定フォルダーのファイルを受け付けません。設定フォルダーの「unfinished」の中で削除してください。
unfinished-restore-failed = 中断した画像を元に戻せませんでした: { $reason }
unfinished-restore-advice = デスクトップのゴミ箱の中を探してください。
language-changed = 言語は次回の起動時に変わります。
defaults-saved = これ以降、この値が既定になります。
