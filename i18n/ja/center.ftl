# 日本語: 画像とプロンプト。

## プロンプト

prompt-example = 例: { $prompt }
prompt-tokens = { $tokens }/{ $room } トークン
prompt-tokens-tooltip = テキストエンコーダーは一度に 75 トークンを読みます。それより長いプロンプトはいくつかの部分に分けて読まれます。同じ部分にある語句どうしが最もよく結び付きます。
prompt-cut = テキストが長すぎます: プロンプトは { $most } 文字までで、それより後は省かれました。
prompt-cut-hint = 元に戻す (Ctrl+Z) で、前の内容に戻せます。

# モデルが最もよく理解するのは英語なので、例は英語のままにしている。
examples-heading = 例を試すか、下に自分で書いてください (英語が最も効果的です)
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## ファイルの画像

picture-kind = PNG、JPEG、WebP のいずれの画像でもありません
picture-too-large = 画像は { $size } ピクセルで、表示できる { $most } メガピクセルを超えています
picture-file-too-large = ファイルが、表示できる画像の上限 { $most } MiB を超えています
