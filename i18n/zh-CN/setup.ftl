# 简体中文：首次启动、首选项，以及两者写入的设置文件。

## 设置文件的问题

settings-unreadable = { $file }: 无法读取设置：{ $reason }
settings-broken = { $file }: 设置无效：{ $reason }
settings-newer = { $file }: 这些设置由此程序的更新版本写入（格式 { $version }）
settings-value = { $file }: { $key } 不能是 { $value }

## 首次启动

setup-title = 初始设置（{ $page }）
setup-back = 上一步(_B)
setup-next = 下一步(_N)
setup-finish = 完成(_F)
setup-page = 第 { $page } 页，共 { $pages } 页
setup-folders-heading = 文件存放位置
setup-folders-intro = 任何内容都不会离开这台计算机：设置、图片和模型都保存在这些文件夹中。
setup-devices-heading = 用什么计算图片
setup-devices-intro = 只使用在此勾选的显卡。
setup-summary-heading = 语言与摘要
setup-broken = { $reason }。其中可以读取的内容已在此采用。
setup-broken-kept = { $reason }。该文件已保留为 { $kept }；其中可以读取的内容已在此采用。
setup-summary-settings = 设置
setup-summary-output = 图片
setup-summary-models = 模型
setup-summary-devices = 计算设备
setup-devices-unknown = 仍在查找显卡

## 文件夹一行

folder-settings = 设置文件夹(_S)
folder-output = 图片文件夹(_P)
folder-models = 模型文件夹(_M)
folder-choose = 选择…
folder-choose-settings = 选择设置文件夹
folder-choose-output = 选择图片文件夹
folder-choose-models = 选择模型文件夹
folder-select = 选择
folder-there = 此文件夹已存在。
folder-to-be-made = 将创建此文件夹。
folder-not-whole = 请写出完整路径：以 / 或 ~/ 开头。
folder-file-in-the-way = { $path } 已存在，且不是文件夹。
folder-not-writable = 您没有写入 { $path } 的权限。
folder-has-settings = 此文件夹中已有设置：将采用这些设置，并加上在此所做的选择。
folder-fixed = 已在命令行中用 --settings 指定。
folder-unusable = 无法使用此文件夹：{ $reason }

## 显卡列表

devices-looking = 正在查找显卡
devices-title = { $name }，{ $memory }
devices-pci = PCI { $address }
devices-unusable = 无法使用：{ $reason }。
devices-remark = 注意：{ $reason }。
devices-none = 没有找到显卡。将由 CPU 计算：{ $name }，{ $memory }。
devices-none-usable = 没有可用的显卡。将由 CPU 计算：{ $name }，{ $memory }。
devices-processor = 未勾选显卡时，由 CPU 计算：{ $name }，{ $memory }。
devices-failed = 查找显卡失败，可能是驱动程序的问题。原因：{ $reason }。可以使用 CPU：{ $name }，{ $memory }。
devices-again = 重新查找

## 语言和颜色

language-label = 语言(_L)
language-system = 系统语言
theme-label = 主题(_T)
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色

## 首选项

preferences-title = 首选项
preferences-folders = 文件夹
preferences-devices = 显卡
preferences-devices-note = 从下一张图片起使用。模型将为此重新加载。
preferences-strict = 无论显卡数量多少，图片都相同(_W)
preferences-strict-note = 此时一块显卡会像两块显卡那样工作：先后分别计算提示词和负面提示词。使用一块显卡时会更慢，小图片尤其如此；使用两块时没有代价。与不启用时相比，图片通常只有细微差别。
preferences-appearance = 外观
preferences-language-note = 程序重新启动后将更换语言。
preferences-settings-folder = 设置位于 { $folder }
preferences-save = 保存(_A)
preferences-cancel = 取消(_C)
preferences-not-saved = 无法保存：{ $reason }
