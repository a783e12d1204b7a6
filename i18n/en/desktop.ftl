# English: pictures that are read back, and what the desktop around the window shows.

## Why a picture does not say how it was made

unread-not-picture = { $file }: this is no PNG, JPEG or WebP picture
unread-no-parameters = { $file }: this picture does not say how it was made
unread-no-parameters-hint = Many sites and chat programs remove it. Take the file as it was saved first.
unread-other-program = { $file }: this picture is from { $source }, whose settings are not read here
unread-broken-text = { $file }: the text in this picture is broken, or longer than { $available }
unread-cut-short = { $file }: the file is cut short, and what is left does not say how it was made

source-aiimagegen = aiimagegen
source-automatic1111 = A1111, or a program that writes its settings likewise
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = a program that is not known here

## Settings of a picture that have no effect

unhonoured-not-supported = not supported here
unhonoured-unknown-name = nothing of this name is here
unhonoured-bad-value = not a value that it can have
unhonoured-other-noise = the same seed gives other noise here
