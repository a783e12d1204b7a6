# Deutsch: das Bild und die Prompts.

## Prompts

prompt-example = Zum Beispiel: { $prompt }
prompt-tokens = { $tokens }/{ $room } Token
prompt-tokens-tooltip = Der Textencoder liest 75 Token auf einmal. Ein längerer Prompt wird in mehreren Teilen gelesen; was in einem Teil beisammensteht, wirkt am besten zusammen.
prompt-cut = Der Text war zu lang: ein Prompt fasst { $most } Zeichen, alles Weitere wurde weggelassen.
prompt-cut-hint = Rückgängig (Strg+Z) holt zurück, was vorher da war.

# Die Beispiele bleiben englisch: Sie kommen so in den Prompt, und die Modelle lernten englische.
examples-heading = Eines davon ausprobieren oder unten selbst schreiben (am besten auf Englisch)
example-house = a red house under a full moon
example-boat = a blue sailing boat at sunset, mountains
example-balloon = a yellow balloon in the desert at dawn
example-snow = a purple house in the snow, trees, daylight

## Bilder aus Dateien

picture-kind = dies ist kein PNG-, JPEG- oder WebP-Bild
picture-too-large = es ist { $size } Pixel groß, mehr als die { $most } Megapixel, die angezeigt werden können
picture-file-too-large = die Datei ist größer als { $most } MiB, zu groß für ein Bild, das angezeigt werden kann
