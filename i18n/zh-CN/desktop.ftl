# 简体中文：读回的图片，以及窗口之外的桌面显示的内容。

## 图片为什么没有说明生成方式

unread-not-picture = { $file }: 这不是 PNG、JPEG 或 WebP 图片
unread-no-parameters = { $file }: 此图片没有记录生成参数
unread-no-parameters-hint = 许多网站和聊天程序会去除这些信息。请使用最初保存的文件。
unread-other-program = { $file }: 此图片来自 { $source }，这里无法读取其设置
unread-broken-text = { $file }: 此图片中的文本已损坏，或长于 { $available }
unread-cut-short = { $file }: 文件不完整，剩余部分没有记录生成参数

source-aiimagegen = aiimagegen
source-automatic1111 = A1111，或以相同方式写入设置的程序
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = 未知程序

## 图片中无效的设置

unhonoured-not-supported = 在此不受支持
unhonoured-unknown-name = 这里没有此名称的内容
unhonoured-bad-value = 不是它可以取的值
unhonoured-other-noise = 相同的种子在此会产生不同的噪声

## 窗口

notice-close = 关闭此消息

## 窗口之外

notification-finished = 图片已完成
awake-reason = 正在生成图片
