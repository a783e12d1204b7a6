# 右侧面板：输出文件夹中的图片。

gallery-label = 生成的图片
gallery-empty = 图片会显示在这里
gallery-search = 按名称和提示词搜索图片
gallery-search-hint = 搜索
gallery-nothing-found = 没有含有这些词的图片

# 图片的称呼：用于屏幕阅读器和指针停留处。
gallery-caption = { $prompt }，{ $width } × { $height }，{ $date }
gallery-caption-unnamed = { $name }，{ $width } × { $height }，{ $date }
gallery-caption-unread = { $name }，{ $date }
gallery-caption-flawed = { $name }：{ $reason }
gallery-job =
    正在生成，{ $percent }%：{ $prompt }
    { $detail }
gallery-job-waits =
    等待中，第 { $n } 个：{ $prompt }
    { $detail }

gallery-flaw-too-large = 太大，无法在此显示
gallery-flaw-no-picture = 不是图片
gallery-flaw-damaged = 已损坏或不完整
gallery-flaw-unreadable = 无法读取：{ $reason }

gallery-show = 显示(_S)
gallery-copy = 复制(_C)
gallery-use-parameters = 使用参数(_U)
gallery-use-all-but-seed = 使用除种子外的参数(_B)
gallery-open-folder = 打开文件夹(_F)
gallery-delete = 移到回收站(_M)

gallery-deleted-short = 已移到回收站
gallery-deleted = { $name } 已移到回收站
gallery-undo = 撤销(_U)
gallery-undo-tooltip = 恢复图片 (Ctrl+Z)
gallery-undo-close = 关闭
gallery-delete-failed = 未删除 { $name }：{ $reason }
gallery-delete-advice = 桌面的回收站不接收此文件夹中的文件。请用“打开文件夹”在文件管理器中删除该文件。
gallery-restore-failed = 未恢复 { $name }：{ $reason }
gallery-restore-advice = 请在桌面的回收站中查找。
