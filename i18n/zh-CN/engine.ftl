# 引擎正在做什么：预览、潜变量和分块解码。

event-preview = 预览
event-latent-finished = 采样完成
event-decode-retried = 内存不足：{ $how }
event-tile-done = 正在生成图片：第 { $tile } 块，共 { $tiles } 块

way-tiled = 图片将分块生成
way-tiled-on-processor = 图片将在 CPU 上分块生成，用时更长

field-latent = 潜变量

event-step-retried = 内存不足：{ $how }
event-step-repeated = 此步以 { $precision } 计算得到了无效数值：改用 { $instead } 重新计算
way-halves = 逐一计算引导的两半
way-one-by-one = 逐张计算图片
way-elsewhere = 改在 { $device } 上继续
