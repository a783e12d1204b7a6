# Deutsch: Bilder, die wieder eingelesen werden, und was die Arbeitsumgebung zeigt.

## Warum ein Bild nicht sagt, wie es entstand

unread-not-picture = { $file }: dies ist kein PNG-, JPEG- oder WebP-Bild
unread-no-parameters = { $file }: dieses Bild sagt nicht, wie es entstand
unread-no-parameters-hint = Viele Websites und Chatprogramme entfernen das. Die Datei nehmen, wie sie ursprünglich gespeichert wurde.
unread-other-program = { $file }: dieses Bild stammt von { $source }, dessen Einstellungen hier nicht gelesen werden
unread-broken-text = { $file }: der Text in diesem Bild ist beschädigt oder länger als { $available }
unread-cut-short = { $file }: die Datei ist abgeschnitten, und der Rest sagt nicht, wie das Bild entstand

source-aiimagegen = aiimagegen
source-automatic1111 = A1111 oder einem Programm, das seine Einstellungen ebenso schreibt
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = einem hier unbekannten Programm

## Einstellungen eines Bildes, die keine Wirkung haben

unhonoured-not-supported = hier nicht unterstützt
unhonoured-unknown-name = nichts dieses Namens ist hier
unhonoured-bad-value = kein möglicher Wert
unhonoured-other-noise = derselbe Seed ergibt hier anderes Rauschen

## Das Fenster

notice-close = Diese Meldung schließen

## Um das Fenster herum

notification-finished = Bild fertig
awake-reason = Ein Bild entsteht
