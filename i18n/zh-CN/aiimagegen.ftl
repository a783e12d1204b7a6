# 简体中文。

## 数字

bytes-b = { $n } 字节
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## 错误：各占一行，先写文件或部件，再写原因；前面的“: ”保持半角

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: 这是“{ $found }”，不是“{ $wanted }”
error-missing-parts = { $file }: 此 Checkpoint 未包含生成图片所需的全部内容；缺少：{ $parts }
error-missing-parts-hint = 请在 Checkpoint 之外另选含有所缺部分的文件，或改用内容完整的 Checkpoint。
error-missing-tensor = { $file }: 缺少张量 { $tensor }
error-missing-tensor-hint = 文件可能经过裁剪，或属于另一种模型。请重新下载，或选择其他文件。
error-wrong-shape = { $file }: 张量 { $tensor } 的形状为 { $found }，与模型其余部分相符的应为 { $expected }
error-wrong-shape-hint = 此文件混合了不同模型的部分。请选择其他文件。
error-weights-not-finite = { $file }: 张量 { $tensor } 含有非数值（NaN 或无穷大）
error-weights-not-finite-hint = 文件已损坏，或融合时出错。请重新下载，或选择其他文件。
error-unsupported-model = { $file }: 这种模型无法在此运行：{ $evidence }
error-unsupported-model-hint = 可以运行 Stable Diffusion 1.x、2.x 和 XL 的 Checkpoint。
error-part-mismatch = { $file }: 此 { $part } 与 Checkpoint 不匹配：它是 { $found }，需要的是 { $expected }
error-part-mismatch-hint = 请选择适用于此 Checkpoint 的文件，或使用 Checkpoint 自带的部分。
error-bad-value = { $field }: 不能使用 { $value }，必须{ $rule }
error-device-unusable = { $device }: 无法使用此设备：{ $obstacle }
error-device-unusable-hint = CPU 始终可用：请选择设备 cpu，或交由程序选择。
error-precision-unsupported = { $device }: 此设备不支持以 { $precision } 计算
error-precision-unsupported-hint = 它支持以 { $supported } 计算；auto 会自动选择。
error-out-of-memory = { $device }: 内存或显存不足：需要 { $needed }，可用 { $available }
error-out-of-memory-hint = 请减小图片尺寸或批次，或关闭占用该内存的其他程序。
error-not-finite = { $stage }: 计算得到了非数值 (NaN)，{ $step ->
    [0] 发生在采样之外
   *[other] 发生在第 { $step } 步
}
error-not-finite-hint = 请将精度设为 f32，或选择其他 VAE 或 Checkpoint。
error-save = { $file }: 无法写入：{ $reason }
error-save-hint = 请确认文件夹存在、可写且空间充足，或选择其他位置。
error-cancelled = 已停止: 共 { $steps } 步，完成了 { $step } 步
error-cancelled-early = 已停止：第一步尚未开始
error-engine-gone = 引擎: 计算进程没有给出结果就结束了 ({ $status })
error-engine-gone-hint = 下次“生成”时会重新启动它。如果每次都这样结束，可能是内存不足：请减小图片尺寸。
error-engine-silent = 引擎: 查询驱动程序的进程在 { $patience } 秒内没有响应
error-internal = aiimagegen: 程序出现错误：{ $detail }
error-internal-hint = 请附上以上文字报告此问题。

problem-not-found = 没有这个文件
problem-is-folder = 这是文件夹，不是文件
problem-not-regular = 这不是普通文件，而是管道、套接字或设备
problem-no-permission = 您没有读取此文件的权限
problem-no-permission-hint = 请为自己添加读取权限：chmod u+r，或联系文件的所有者。
problem-empty = 文件为空
problem-empty-hint = 请重新下载。
problem-other = 无法读取文件：{ $reason }

flaw-unknown-format = 此文件既不是 safetensors 文件，也不是 PyTorch 文件
flaw-truncated = 文件不完整：应有 { $expected }，只有 { $found }
flaw-truncated-hint = 下载没有完成：请重新下载此文件。
flaw-header-too-large = 文件头声称其大小为 { $claimed }，超出任何正常的文件头
flaw-header-unreadable = 无法读取文件头：{ $detail }
flaw-outside-file = 张量 { $tensor } 指向文件之外的字节
flaw-overlap = 张量 { $tensor } 和 { $other } 指向相同的字节
flaw-size-mismatch = 张量 { $tensor } 的大小与其形状和类型不符
flaw-duplicate = 张量 { $tensor } 出现了两次
flaw-unknown-dtype = 张量 { $tensor } 的数值类型为 { $dtype }，不受支持
flaw-forbidden-call = 此文件要求运行 { $callable }，模型并不需要它；没有运行任何内容
flaw-forbidden-call-hint = 请不要信任此文件。请获取 safetensors 格式的模型，它无法运行任何内容。
flaw-pickle-limit = 其中的 pickle 超出了模型的需要：{ $limit }
flaw-pickle-unreadable = 无法读取其中的 pickle：{ $detail }
flaw-archive-unreadable = 无法读取 zip 归档：{ $detail }

rule-multiple-of = 是 { $of } 的倍数
rule-between = 在 { $min } 到 { $max } 之间
rule-one-of = 是以下之一：{ $names }

kind-checkpoint = Checkpoint
kind-vae = 单独的 VAE
kind-clip = 单独的文本编码器
kind-lora = LoRA
kind-control-net = ControlNet
kind-embedding = Textual Inversion 嵌入
kind-upscaler = 放大模型
kind-language-model = 语言模型
kind-other-diffusion = Stable Diffusion 1.x、2.x 和 XL 之外的其他架构的模型
kind-unknown = 无法识别的模型

wanted-clip = 文本编码器
wanted-unet = Checkpoint
wanted-vae = VAE

stage-clip = 文本编码器
stage-unet = UNet
stage-vae = VAE

field-size = 尺寸
field-width = 宽度
field-height = 高度
field-steps = 步数
field-cfg = CFG
field-batch = 批次
field-sampler = 采样器
field-scheduler = 调度器
field-seed = 种子
field-prompt-tokens = 提示词的 token 数

## 引擎正在做什么

event-device-skipped = 不使用 { $device }：{ $obstacle }
event-load-progress = 正在加载：{ $done }，共 { $total }
event-loaded = 已加载
event-seed-chosen = 种子 { $value }
event-encode-started = 正在读取提示词
event-sampling-started = 正在采样，共 { $steps } 步
event-step-done = 第 { $step } 步，共 { $steps } 步
event-decode-started = 正在由潜变量生成图片
event-decode-repeated = 以 { $precision } 得到的图片不是数值：正在以 f32 重新解码

## 窗口

app-name = aiimagegen
no-display = aiimagegen: 没有可以打开窗口的显示器。不使用显示器时：aiimagegen generate --checkpoint FILE "a prompt"

button-open-models-folder = 打开模型文件夹(_O)
button-rescan = 重新扫描


checkpoint-label = Checkpoint(_K)
model-files = 模型文件
model-none = 未加载模型
model-built-in-demo = 内置演示
models-empty = 还没有 Checkpoint：请将 Stable Diffusion 文件（.safetensors 或 .ckpt）放入 { $folder }
dialog-open = 打开
dialog-cancel = 取消

parameters-heading = 参数
parameter-width = 宽度(_W)
parameter-height = 高度(_T)
parameter-steps = 步数(_S)
parameter-sampler = 采样器(_L)
parameter-scheduler = 调度器(_U)
parameter-cfg = CFG 系数(_C)
parameter-cfg-tooltip = 图片遵循提示词的程度
parameter-seed = 种子(_D)
parameter-seed-tooltip = -1 表示每张图片都使用新的随机种子
seed-last = 上一张图片的种子

prompt-positive = 正向提示词(_P)
prompt-negative = 反向提示词(_N)

canvas-empty = 还没有图片
canvas-picture = 没有提示词的图片

phase-starting = 正在启动
phase-loading = 正在加载模型：{ $done }，共 { $total }
phase-loading-short = 正在加载
phase-encoding = 正在读取提示词
phase-sampling = 第 { $step } 步，共 { $steps } 步
phase-decoding = 正在生成图片
phase-saving = 正在保存图片
phase-stopping = 完成此步后停止
phase-failed = 失败
time-left-seconds = 剩余 { $s } 秒
time-left-minutes = 剩余 { $min } 分 { $s } 秒
time-left-hours = 剩余 { $h } 小时 { $min } 分

notice-details = 详情

quit-question = 正在生成图片，要退出吗？
quit-question-loss = 图片尚未完成。程序下次启动时，它会在队列中等待。
quit-confirm = 退出
quit-cancel = 继续生成

# 设备无法使用的原因。
obstacle-absent = 这台计算机没有此设备
obstacle-absent-hint = “aiimagegen devices”会列出现有的设备。
obstacle-unproven = 尚未经过测试
obstacle-unproven-hint = 首次使用时会进行测试；“aiimagegen selftest --device { $device }”可立即测试。
obstacle-too-small = 模型需要 { $needed }，可用 { $available }
obstacle-software = 它在 CPU 上计算，比本程序自己在 CPU 上计算更慢
obstacle-software-hint = 它用于测试，仅在指定时使用：--device { $device }。
obstacle-no-cuda-driver = 缺少 NVIDIA 驱动 (libcuda)
obstacle-no-cuda-driver-hint = 请安装 525 或更新版本的 NVIDIA 驱动（Debian：nvidia-driver；Ubuntu：ubuntu-drivers install）。
obstacle-no-cuda-compiler = 缺少 CUDA 的运行时编译器 (libnvrtc)
obstacle-no-cuda-compiler-hint = 请安装 CUDA 工具包，或运行：pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12。如果它不在常规文件夹中，请在 AIIMAGEGEN_CUDA 中指定。如果“aiimagegen devices”也将此显卡列为 vulkan:N，则没有它也能通过 Vulkan 工作。
obstacle-no-cuda-headers = 缺少 CUDA 的头文件（cuda_runtime.h、cuda_fp16.h、mma.h）
obstacle-no-cuda-headers-hint = 请安装 CUDA 工具包，或运行：pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12。如果它们不在常规文件夹中，请在 AIIMAGEGEN_CUDA 中指定。如果“aiimagegen devices”也将此显卡列为 vulkan:N，则没有它也能通过 Vulkan 工作。
obstacle-cuda-too-new = CUDA 的运行时编译器版本为 { $compiler }，而驱动最高支持 CUDA { $driver }
obstacle-cuda-too-new-hint = 请安装更新的驱动，或安装较旧的运行时编译器并在 AIIMAGEGEN_CUDA 中指定其文件夹。
obstacle-cuda-mismatch = CUDA 的运行时编译器版本为 { $compiler }，而其头文件版本为 { $headers }
obstacle-cuda-mismatch-hint = 请安装版本相同的两者；如果有多个版本，请在 AIIMAGEGEN_CUDA 中指定其文件夹。
obstacle-wrong = 未通过自检：{ $stage } 的偏差为 { $max_diff }，最多允许 { $limit }
obstacle-wrong-hint = 更新驱动后会重新测试；“aiimagegen selftest --device { $device }”可立即测试并显示每一部分。
obstacle-broken = { $detail }
obstacle-broken-hint = 更新驱动后会重新测试；“aiimagegen selftest --device { $device }”可立即测试并显示每一部分。
