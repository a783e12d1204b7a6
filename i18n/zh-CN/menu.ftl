# 菜单、按钮和按键：操作的名称 (menu-) 及其作用 (action-)。

menubar-file = 文件(_F)
menubar-edit = 编辑(_E)
menubar-model = 模型(_M)
menubar-generate = 生成(_G)
menubar-view = 查看(_V)
menubar-help = 帮助(_H)

menu-open-picture = 打开图片并读取参数(_O)…
action-open-picture = 采用图片的提示词和参数
menu-open-output-folder = 打开图片文件夹(_F)
action-open-output-folder = 在文件管理器中显示图片文件夹
menu-preferences = 首选项(_P)
action-preferences = 更改文件夹、GPU、语言和主题
menu-quit = 退出(_Q)
action-quit = 退出

menu-copy-picture = 复制图片(_C)
action-copy-picture = 复制当前显示的图片
menu-copy-seed = 复制种子(_S)
action-copy-seed = 复制上一张图片的种子
menu-swap-prompts = 交换提示词(_W)
action-swap-prompts = 交换正向和反向提示词
menu-clear-prompts = 清除提示词(_E)
action-clear-prompts = 清除两个提示词

menu-load-model = 加载模型(_L)
action-load-model = 加载模型，使第一张图片无需等待
menu-clear-model = 卸载模型(_C)
action-clear-model = 释放模型占用的内存
menu-open-checkpoint = 打开其他位置的 Checkpoint(_O)…
action-open-checkpoint = 打开其他位置的 Checkpoint
menu-rescan = 重新扫描文件夹(_R)
action-rescan = 重新查找模型
menu-open-models-folder = 打开模型文件夹(_F)
action-open-models-folder = 在文件管理器中显示模型文件夹

menu-generate = 生成(_G)
action-generate = 生成图片；正在生成时，则接着生成下一张
menu-queue = 加入队列(_Q)
action-queue = 将图片加入队列，但不开始生成
menu-stop = 停止(_S)
action-stop = 完成当前步后停止；再次执行：立即停止
menu-stop-all = 全部停止(_A)
action-stop-all = 停止并清空队列
menu-resume = 启动队列(_U)
action-resume = 继续处理队列
menu-show-queue = 显示队列(_H)
action-show-queue = 显示队列
menu-finish-pictures = 完成中断的图片(_F)
action-finish-pictures = 生成在最后一步（解码）中断的图片
menu-discard-pictures = 丢弃中断的图片(_D)
action-discard-pictures = 将保留的中断图片移到回收站
menu-restore-pictures = 恢复它们(_B)
action-restore-pictures = 从回收站取回中断的图片
menu-random-seed = 随机种子(_R)
action-random-seed = 每张图片都使用新的随机种子
menu-reuse-seed = 上一个种子(_E)
action-reuse-seed = 使用上一张图片的种子

menu-left-panel = 左侧面板(_L)
action-left-panel = 显示或隐藏左侧面板
menu-right-panel = 右侧面板(_R)
action-right-panel = 显示或隐藏右侧面板
menu-fullscreen = 全屏(_F)
action-fullscreen = 只显示图片
menu-zoom-in = 放大(_I)
action-zoom-in = 放大图片
menu-zoom-out = 缩小(_O)
action-zoom-out = 缩小图片
menu-zoom-fit = 整张图片(_W)
action-zoom-fit = 显示整张图片
menu-zoom-actual = _1:1
action-zoom-actual = 图片的一个像素对应屏幕的一个像素
menu-newer-picture = 较新的图片(_N)
action-newer-picture = 显示在此之后生成的图片
menu-older-picture = 较早的图片(_D)
action-older-picture = 显示在此之前生成的图片
menu-focus-pictures = 转到图片(_G)
action-focus-pictures = 转到缩略图
menu-focus-prompt = 转到提示词(_P)
action-focus-prompt = 转到提示词
menu-theme-system = 跟随桌面(_C)
action-theme-system = 与桌面一致，浅色或深色
menu-theme-light = 浅色(_T)
action-theme-light = 浅色
menu-theme-dark = 深色(_K)
action-theme-dark = 深色

menu-shortcuts = 键盘快捷键(_K)
action-shortcuts = 显示所有快捷键
menu-open-settings-folder = 打开设置文件夹(_S)
action-open-settings-folder = 在文件管理器中显示设置所在的文件夹
menu-about = 关于 aiimagegen(_A)
action-about = 此程序的介绍
menu-restart = 重新启动(_A)
action-restart = 结束程序并重新启动

button-generate = 生成
button-generate-more = 更多生成方式
button-stop = 停止
button-stop-now = 立即停止
button-load-model = 加载模型
button-clear-model = 卸载模型

## 某项操作现在为何不可用

why-busy = 正在生成图片：请先停止。
why-loading = 正在加载模型：请先停止。
why-no-checkpoint = 还没有可加载的 Checkpoint。
why-loaded = 此模型已加载。
why-none-loaded = 没有加载模型。

## 队列

queue-button = 队列 { $n }
queue-button-held = 队列 { $n }（等待启动）
queue-list = 等待中的图片
queue-detail = { $size }，{ $steps } 步，{ $model }
queue-earlier = 提前
queue-later = 推后
queue-remove = 移出队列
queue-clear = 清空队列(_Q)
queue-restored = 上次会话的图片正在队列中等待。
queue-restored-advice = 启动队列后才会开始生成。
queue-held = 已连续有两张图片失败：队列中的其余图片将等待。

## 按键，以及程序介绍

shortcuts-title = 键盘快捷键
shortcuts-prompts = 在提示词中
shortcuts-picture = 在图片上
shortcuts-pictures = 在缩略图中
shortcuts-queue = 在队列中
shortcut-emphasis-more = 增加所选词语的权重
shortcut-emphasis-less = 降低所选词语的权重
shortcut-history-older = 较早的提示词
shortcut-history-newer = 较新的提示词
shortcut-picture-fit = 整张图片，或 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = 放大、缩小
shortcut-pictures-show = 显示图片
shortcut-pictures-delete = 将图片移到回收站
shortcut-pictures-undo = 恢复图片
shortcut-pictures-menu = 可对图片执行的操作
about-comments = 用文字生成图片，完全在这台计算机上

## 窗口

status-position = 第 { $n } 张，共 { $count } 张
percent = { $percent }%
picture-files = 图片
recovered = { $file } 的参数
recovered-unhonoured = 未采用：{ $keys }。
unfinished-found = 已采样但未解码的图片：{ $n } 张。没有丢失任何内容。
unfinished-advice = 解码只需几秒；它不会自动开始。关闭此消息即可留待以后处理。
unfinished-kept = 已采样的结果会保留：关闭此消息即可完成或丢弃该图片。
unfinished-discarded = 已移到回收站的中断图片：{ $n } 张。
unfinished-surplus = 程序最多保留 { $most } 张中断的图片。更早的 { $n } 张已移到回收站。
unfinished-discard-failed = 未丢弃中断的图片：{ $reason }
unfinished-discard-advice = 桌面的回收站不接收设置文件夹中的文件。请在该文件夹的“unfinished”中删除它们。
unfinished-restore-failed = 未恢复中断的图片：{ $reason }
unfinished-restore-advice = 请在桌面的回收站中查找。
language-changed = 程序下次启动时将更换语言。
defaults-saved = 从现在起以这些为默认值。
