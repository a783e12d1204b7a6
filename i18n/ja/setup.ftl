# 日本語: 最初の起動、設定ダイアログ、両者が書き込む設定ファイル。

## 設定ファイルの問題

settings-unreadable = { $file }: 設定を読み込めません: { $reason }
settings-broken = { $file }: 設定が正しくありません: { $reason }
settings-newer = { $file }: この設定は、このプログラムのより新しいバージョンで書かれたものです (形式 { $version })
settings-value = { $file }: { $key } を { $value } にはできません

## 最初の起動

setup-title = 初期設定 ({ $page })
setup-back = 戻る(_B)
setup-next = 次へ(_N)
setup-finish = 完了(_F)
setup-page = { $page } / { $pages } ページ
setup-folders-heading = 保存場所
setup-folders-intro = このコンピューターの外には何も送られません。設定、画像、モデルはこれらのフォルダーに保存されます。
setup-devices-heading = 画像を計算するデバイス
setup-devices-intro = ここでチェックを入れたグラフィックカードだけが使われます。
setup-summary-heading = 言語と概要
setup-broken = { $reason }。読み込めた内容はここに取り込まれています。
setup-broken-kept = { $reason }。ファイルは { $kept } として残され、読み込めた内容はここに取り込まれています。
setup-summary-settings = 設定
setup-summary-output = 画像
setup-summary-models = モデル
setup-summary-devices = 計算デバイス
setup-devices-unknown = グラフィックカードを探しています

## フォルダーの行

folder-settings = 設定フォルダー(_S)
folder-output = 画像フォルダー(_P)
folder-models = モデルフォルダー(_M)
folder-choose = 選択…
folder-choose-settings = 設定フォルダーを選択
folder-choose-output = 画像フォルダーを選択
folder-choose-models = モデルフォルダーを選択
folder-select = 選択
folder-there = このフォルダーはあります。
folder-to-be-made = このフォルダーが作成されます。
folder-not-whole = / または ~/ で始まる完全なパスを入力してください。
folder-file-in-the-way = { $path } は既にありますが、フォルダーではありません。
folder-not-writable = { $path } に書き込む権限がありません。
folder-has-settings = このフォルダーには既に設定があります。その設定に、ここで選んだ内容を加えて使います。
folder-fixed = コマンドラインの --settings で指定されています。
folder-unusable = このフォルダーは使えません: { $reason }

## グラフィックカードの一覧

devices-looking = グラフィックカードを探しています
devices-title = { $name }、{ $memory }
devices-pci = PCI { $address }
devices-unusable = 使えません: { $reason }。
devices-remark = 注意: { $reason }。
devices-none = グラフィックカードが見つかりません。CPU で計算します: { $name }、{ $memory }。
devices-none-usable = 使えるグラフィックカードがありません。CPU で計算します: { $name }、{ $memory }。
devices-processor = カードにチェックがない場合は CPU で計算します: { $name }、{ $memory }。
devices-failed = グラフィックカードを検索できませんでした。ドライバーに問題があるかもしれません。理由: { $reason }。CPU は使えます: { $name }、{ $memory }。
devices-again = もう一度探す

## 言語と配色

language-label = 言語(_L)
language-system = システムの言語
theme-label = テーマ(_T)
theme-system = システムに合わせる
theme-light = ライト
theme-dark = ダーク

## 設定ダイアログ

preferences-title = 設定
preferences-folders = フォルダー
preferences-devices = グラフィックカード
preferences-devices-note = 次の画像から使われます。そのためにモデルが再度読み込まれます。
preferences-strict = グラフィックカードの枚数によらず同じ画像にする(_W)
preferences-strict-note = 1 枚のカードでも 2 枚のときと同じように、プロンプトとネガティブプロンプトを順番に計算します。1 枚では時間が長くかかり、小さな画像ほど差が出ますが、2 枚では遅くなりません。これを使わない場合との画像の違いは、たいてい細部だけです。
preferences-appearance = 外観
preferences-language-note = 言語はプログラムの再起動後に変わります。
preferences-settings-folder = 設定の場所: { $folder }
preferences-save = 保存(_A)
preferences-cancel = キャンセル(_C)
preferences-not-saved = 保存できませんでした: { $reason }
