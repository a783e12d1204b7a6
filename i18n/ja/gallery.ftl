# 右パネル: 出力フォルダーの画像。

gallery-label = 生成した画像
gallery-empty = 画像はここに表示されます
gallery-search = 名前とプロンプトで画像を検索
gallery-search-hint = 検索
gallery-nothing-found = これらの語を含む画像はありません

# 画像の呼び名: スクリーンリーダー用、およびポインターを重ねたとき。
gallery-caption = { $prompt }、{ $width } × { $height }、{ $date }
gallery-caption-unnamed = { $name }、{ $width } × { $height }、{ $date }
gallery-caption-unread = { $name }、{ $date }
gallery-caption-flawed = { $name }: { $reason }
gallery-job =
    生成中、{ $percent }%: { $prompt }
    { $detail }
gallery-job-waits =
    待機中、{ $n } 番目: { $prompt }
    { $detail }

gallery-flaw-too-large = 大きすぎて表示できません
gallery-flaw-no-picture = 画像ではありません
gallery-flaw-damaged = 壊れているか不完全です
gallery-flaw-unreadable = 読み込めません: { $reason }

gallery-show = 表示(_S)
gallery-copy = コピー(_C)
gallery-use-parameters = パラメーターを使う(_U)
gallery-use-all-but-seed = シード以外をすべて使う(_B)
gallery-open-folder = フォルダーを開く(_F)
gallery-delete = ゴミ箱へ移動(_M)

gallery-deleted-short = ゴミ箱へ移動しました
gallery-deleted = { $name } をゴミ箱へ移動しました
gallery-undo = 元に戻す(_U)
gallery-undo-tooltip = 画像を元に戻します (Ctrl+Z)
gallery-undo-close = 閉じる
gallery-delete-failed = { $name } は削除されませんでした: { $reason }
gallery-delete-advice = デスクトップのゴミ箱は、このフォルダーのファイルを受け付けません。「フォルダーを開く」を使い、ファイルマネージャーでファイルを削除してください。
gallery-restore-failed = { $name } を元に戻せませんでした: { $reason }
gallery-restore-advice = デスクトップのゴミ箱の中を探してください。
