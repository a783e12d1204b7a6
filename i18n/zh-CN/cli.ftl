# 简体中文：仅用于命令行的文字。

## 错误

cli-no-checkpoint = Checkpoint: 没有指定
cli-no-checkpoint-hint = 请用 --checkpoint 指定：可以是文件，也可以是 `aiimagegen list models` 列出的名称。
cli-unknown-model = { $name }: 没有这个文件，{ $folder } 中也没有此名称的模型
cli-unknown-model-hint = `aiimagegen list models` 会列出名称。
cli-no-display = 窗口: 没有可以打开窗口的显示器
cli-no-display-hint = 不使用窗口时：aiimagegen generate "a lighthouse at dusk" --checkpoint FILE --output FOLDER
cli-no-display-help-hint = aiimagegen --help 会列出所有命令。在项目文件夹中运行：cargo run --release -- --help
cli-prompt-unreadable = 提示词: 无法读取标准输入：{ $reason }
cli-stdout-failed = 标准输出: { $reason }
cli-internal = 内部错误: { $detail }
cli-internal-hint = 这是程序的错误。请附上以上文字报告此问题。
cli-not-arrays = 已有其他文件使用此名称，不会覆盖
cli-same-file = { $first } 和 { $second } 不能都是 { $file }

cli-settings-hint = 请修复此文件，或将其移走：没有它时，程序以默认设置启动。
cli-settings-newer-hint = 请使用更新的版本，或用 --settings 指定其他文件夹。

field-checkpoint = Checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = 配置方案
field-count = 数量
field-repeats = 重复次数
field-output = 输出

## 运行期间

cli-stopping = 完成此步后停止；再按一次 Ctrl-C 可立即停止。
cli-kept = 已保留：{ $files }
cli-kept-nothing = 没有完成任何图片，因此没有保留内容。
cli-loaded = 已加载 { $family }：{ $stages }（{ $size }，用时 { $time }）
cli-generated = 种子 { $seed }，每步 { $step }，共 { $time }
cli-array = { $kind ->
    [latent] 潜变量
   *[other] 跟踪记录
}：{ $file }
cli-time-left = 剩余 { $time }
cli-seconds = { $n } 秒
cli-minutes = { $min } 分 { $s } 秒
cli-hours = { $h } 小时 { $min } 分

## 结果

cli-inspect-format = 格式
cli-inspect-holds = 内容
cli-inspect-family = 系列
cli-inspect-unknown = 未知
cli-inspect-prediction = 预测类型
cli-inspect-input = 输入
cli-inspect-inpaint = 图片、蒙版和带蒙版的图片（局部重绘）
cli-inspect-missing = 缺少
cli-inspect-problem = 无法使用
cli-inspect-part = { $dtype }，{ $size }，{ $tensors } 个张量

cli-inspect-source = 生成程序
cli-inspect-prompt = 提示词
cli-inspect-negative = 反向提示词
cli-inspect-steps = 步数
cli-inspect-sampler = 采样器
cli-inspect-scheduler = 调度器
cli-inspect-cfg = CFG 系数
cli-inspect-seed = 种子
cli-inspect-size = 尺寸
cli-inspect-model = 模型
cli-inspect-model-hash = 模型哈希
cli-inspect-vae = VAE
cli-inspect-unhonoured = 在此无效
cli-inspect-unhonoured-pair = { $key }: { $value }（{ $reason }）

cli-device = { $device }  { $name }，可用 { $free }，共 { $total }
cli-device-unusable = 无法使用：{ $reason }

cli-selftest-ok = 通过
cli-selftest-failed = 失败

cli-list-no-models = { $folder } 中没有模型：请将文件放入其中的文件夹 checkpoints、vae 和 clip。

cli-profile-comfyui = ComfyUI 的调度、采样器、噪声和权重语法

cli-bench-run = { $device } { $precision } { $size } 批次 { $batch }：每步 { $step }，编码 { $encode }，解码 { $decode }，加载 { $load }，峰值内存 { $memory }
cli-bench-card = { $device }：加载模型后 { $loaded }，采样时最高 { $sampling }，解码时最高 { $decode }，预计 { $foreseen }
