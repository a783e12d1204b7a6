# 引擎正在做什么：预览、潜变量和分块解码。

event-preview = 预览
event-latent-finished = 采样完成
event-memory-held = { $device } 占用 { $bytes }
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
event-placed = { $mode }：{ $why }

mode-one-device = 模型放在 { $device } 上
mode-apart = 文本编码器在 { $clip } 上，UNet 在 { $unet } 上，VAE 在 { $vae } 上
mode-guidance-in-parallel = 文本编码器在 { $clip } 上，UNet 在 { $unet } 和 { $negative } 上，VAE 在 { $vae } 上
mode-queue-in-parallel = 模型在这些设备上各放一份：{ $devices }

because-only-one = 没有其他可用的设备
because-best = 这是此处可用的最佳设备
because-chosen = 这是所选的设备
because-pinned = 有部件被固定在那里
because-too-large = 全部放在 { $device } 上需要 { $needed }，而那里只有 { $available } 可用
because-two-denoisers = 各自计算一半的引导
because-pictures-wait = 有 { $waiting } 张图片在等待生成
