# 简体中文：图片和提示词。

## 提示词

prompt-example = 例如：{ $prompt }
prompt-tokens = { $tokens }/{ $room } 个 token
prompt-tokens-tooltip = 文本编码器每次读取 75 个 token。更长的提示词会分成几部分读取；处于同一部分的内容，配合效果最好。
prompt-cut = 文本太长：提示词最多 { $most } 个字符，超出的部分已舍去。
prompt-cut-hint = 撤销 (Ctrl+Z) 可恢复之前的内容。

# 模型最能理解英文，所以示例保留英文。
examples-heading = 试试这些示例，或在下方写自己的提示词（英文效果最好）
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## 来自文件的图片

picture-kind = 这不是 PNG、JPEG 或 WebP 图片
picture-too-large = 图片为 { $size } 像素，超出可显示的上限：{ $most } 百万像素
picture-file-too-large = 文件大于 { $most } MiB，超出可显示图片的上限
