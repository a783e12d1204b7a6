# Português do Brasil: a imagem e os prompts.

## Prompts

prompt-example = Por exemplo: { $prompt }
prompt-tokens = { $tokens }/{ $room } tokens
prompt-tokens-tooltip = O codificador de texto lê 75 tokens por vez. Um prompt mais longo é lido em várias partes; o que fica junto em uma mesma parte funciona melhor.
prompt-cut = O texto era longo demais: um prompt comporta { $most } caracteres, e o que vinha depois foi descartado.
prompt-cut-hint = Desfazer (Ctrl+Z) traz de volta o que havia antes.

# Os exemplos ficam em inglês: é a língua que os modelos entendem.
examples-heading = Experimente um destes exemplos ou escreva seu prompt abaixo (os modelos entendem melhor o inglês)
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## Imagens de arquivos

picture-kind = isto não é uma imagem PNG, JPEG ou WebP
picture-too-large = tem { $size } pixels, mais que os { $most } megapixels que podem ser mostrados
picture-file-too-large = o arquivo tem mais de { $most } MiB, mais que uma imagem que possa ser mostrada
