# 左侧面板：模型、内存、参数。

## 模型

vae-label = VAE(_A)
clip-label = CLIP(_I)
picker-search = 搜索
picker-none = 没有符合搜索的内容
picker-from-checkpoint = 来自 Checkpoint
picker-nothing = 其中没有
picker-several = { $first } 等，另有 { $more } 个
model-heading = 模型

# 用几个词说明一个文件；各部分以短横线相连。
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL Refiner
model-inpainting = { $family } 局部重绘
model-without = 不含 { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# 文件为什么列在最后且不能选择。
reason-other-kind = 这是“{ $kind }”
reason-unusable = 无法使用：{ $reason }
reason-latent = 适用于其他系列：有 { $found } 个潜变量通道，需要 { $wanted } 个
reason-encoders = { $found } 不匹配：Checkpoint 需要 { $wanted }

## 内存

meter-heading = 内存与显存
meter-machine = 内存
meter-card = { $device } – { $name }
meter-numbers = 已用 { $used }，共 { $total }，剩余 { $left }
meter-part = { $name } { $size }
meter-little = 小于 0.1 GB
meter-about = 约 { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = 激活值
meter-window = 此窗口
meter-others = 其他程序
meter-unaccounted = 驱动及其余
meter-free = 可用
meter-planned = 待加载
meter-fits = 所选模型放得下：{ $size }，可用 { $room }
meter-tight = 所选模型勉强放得下：{ $size }，可用 { $room }
meter-picture-too-large = 所选模型放得下，但这个尺寸的图片放不下：权重占 { $room } 中的{ $size }
meter-too-small = 所选模型放不下：需要 { $size }，最多可用 { $room }

## 参数

parameter-size = 尺寸(_Z)
parameter-size-own = 自定义尺寸
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = 将变为 { $width } × { $height }：尺寸须为 8 的倍数
size-swap = 交换宽度和高度
parameter-count = 图片数量(_R)
parameter-count-tooltip = 依次生成多少张
seed-dice = 立即换一个随机种子
seed-each-time = 每次使用新种子 (-1)
button-save-defaults = 保存为默认值
button-save-defaults-tooltip = 今后以此尺寸、采样器、调度器、步数和 CFG 系数开始
button-reset-defaults = 重置
button-reset-defaults-tooltip = 恢复默认值
