# English: the picture and the prompts.

## Prompts

prompt-example = For example: { $prompt }
prompt-tokens = { $tokens }/{ $room } tokens
prompt-tokens-tooltip = The text encoder reads 75 tokens at a time. A longer prompt is read in several parts; what stands together in one part works together best.
prompt-cut = The text was too long: a prompt holds { $most } characters, and what came after them was left out.
prompt-cut-hint = Undo (Ctrl+Z) brings back what was there before.

examples-heading = Try one of these, or write your own below
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## Pictures from files

picture-kind = this is not a PNG, JPEG or WebP picture
picture-too-large = it is { $size } pixels large, more than the { $most } megapixels that can be shown
picture-file-too-large = the file is larger than { $most } MiB, more than a picture that can be shown
