# Español: la imagen y los prompts.

## Prompts

prompt-example = Por ejemplo: { $prompt }
prompt-tokens = { $tokens }/{ $room } tokens
prompt-tokens-tooltip = El codificador de texto lee 75 tokens de una vez. Un prompt más largo se lee en varias partes; lo que está junto en una misma parte funciona mejor.
prompt-cut = El texto era demasiado largo: un prompt admite { $most } caracteres, y lo que venía después se descartó.
prompt-cut-hint = Con Deshacer (Ctrl+Z) vuelve lo que había antes.

# Los ejemplos quedan en inglés: es la lengua que entienden los modelos.
examples-heading = Pruebe uno de estos ejemplos o escriba su prompt abajo (los modelos entienden mejor el inglés)
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## Imágenes de archivos

picture-kind = esto no es una imagen PNG, JPEG o WebP
picture-too-large = mide { $size } píxeles, más de los { $most } megapíxeles que se pueden mostrar
picture-file-too-large = el archivo ocupa más de { $most } MiB, más que una imagen que se pueda mostrar
