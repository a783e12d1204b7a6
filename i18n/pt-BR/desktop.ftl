# Português do Brasil: imagens lidas de volta, e o que o ambiente mostra em torno da janela.

## Por que uma imagem não diz como foi criada

unread-not-picture = { $file }: isto não é uma imagem PNG, JPEG ou WebP
unread-no-parameters = { $file }: esta imagem não diz como foi criada
unread-no-parameters-hint = Muitos sites e programas de bate-papo removem essa informação. Use o arquivo como foi salvo originalmente.
unread-other-program = { $file }: esta imagem é de { $source }, cujos ajustes não são lidos aqui
unread-broken-text = { $file }: o texto nesta imagem está danificado, ou passa de { $available }
unread-cut-short = { $file }: o arquivo está cortado, e o que resta não diz como foi criada

source-aiimagegen = aiimagegen
source-automatic1111 = A1111, ou um programa que grava seus ajustes da mesma forma
source-comfyui = ComfyUI
source-invokeai = InvokeAI
source-swarmui = SwarmUI
source-fooocus = Fooocus
source-novelai = NovelAI
source-unknown = um programa desconhecido aqui

## Ajustes de uma imagem que não têm efeito

unhonoured-not-supported = não suportado aqui
unhonoured-unknown-name = não há nada com este nome aqui
unhonoured-bad-value = não é um valor que possa ter
unhonoured-other-noise = a mesma seed dá outro ruído aqui

## A janela

notice-close = Fechar esta mensagem

## Em torno da janela

notification-finished = Imagem concluída
awake-reason = Uma imagem está sendo gerada
