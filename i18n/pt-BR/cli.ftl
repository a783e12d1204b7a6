# Português do Brasil: o que só a linha de comando diz.

## O que deu errado

cli-no-checkpoint = checkpoint: nenhum foi indicado
cli-no-checkpoint-hint = Indique um com --checkpoint: um arquivo, ou um nome de `aiimagegen list models`.
cli-unknown-model = { $name }: esse arquivo não existe, nem há modelo com este nome em { $folder }
cli-unknown-model-hint = `aiimagegen list models` mostra os nomes.
cli-no-display = janela: não há tela em que abri-la
cli-no-display-hint = Sem janela: aiimagegen generate "a lighthouse at dusk" --checkpoint ARQUIVO --output PASTA
cli-no-display-help-hint = aiimagegen --help mostra todos os comandos. Na pasta do projeto: cargo run --release -- --help
cli-prompt-unreadable = prompt: a entrada padrão não pode ser lida: { $reason }
cli-stdout-failed = saída padrão: { $reason }
cli-internal = interno: { $detail }
cli-internal-hint = Isto é um erro no programa. Relate-o, com estas mesmas palavras.
cli-not-arrays = outro arquivo tem este nome, e não é substituído
cli-same-file = { $first } e { $second } não podem ser ambos { $file }

cli-settings-hint = Corrija o arquivo ou mova-o para outro lugar: sem ele, o programa inicia com seus valores padrão.
cli-settings-newer-hint = Use a versão mais nova, ou outra pasta com --settings.

field-checkpoint = checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = perfil
field-count = quantidade
field-repeats = repetições
field-output = saída

## Enquanto trabalha

cli-stopping = Parando após este passo; pressione Ctrl-C novamente para parar imediatamente.
cli-kept = mantido: { $files }
cli-kept-nothing = Nada foi concluído, portanto nada é mantido.
cli-loaded = { $family } carregado: { $stages } ({ $size } em { $time })
cli-generated = seed { $seed }, { $step } por passo, { $time } no total
cli-array = { $kind ->
    [latent] latente
   *[other] rastro
}: { $file }
cli-time-left = { $time } restantes
cli-seconds = { $n } s
cli-minutes = { $min } min { $s } s
cli-hours = { $h } h { $min } min

## Resultados

cli-inspect-format = formato
cli-inspect-holds = contém
cli-inspect-family = família
cli-inspect-unknown = desconhecido
cli-inspect-prediction = predição
cli-inspect-input = entrada
cli-inspect-inpaint = imagem, máscara e imagem mascarada (inpainting)
cli-inspect-missing = falta
cli-inspect-problem = não utilizável
cli-inspect-part = { $dtype }, { $size }, { $tensors ->
    [one] um tensor
   *[other] { $tensors } tensores
}

cli-inspect-source = criada com
cli-inspect-prompt = prompt
cli-inspect-negative = prompt negativo
cli-inspect-steps = passos
cli-inspect-sampler = sampler
cli-inspect-scheduler = scheduler
cli-inspect-cfg = escala CFG
cli-inspect-seed = seed
cli-inspect-size = tamanho
cli-inspect-model = modelo
cli-inspect-model-hash = hash do modelo
cli-inspect-vae = VAE
cli-inspect-unhonoured = sem efeito aqui
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }, { $free } de { $total } livres
cli-device-unusable = não pode ser usado: { $reason }

cli-selftest-ok = ok
cli-selftest-failed = FALHOU

cli-list-no-models = Não há modelos em { $folder }: coloque arquivos nas pastas checkpoints, vae e clip dentro dela.

cli-profile-comfyui = Os schedulers, os samplers, o ruído e a ênfase do ComfyUI

cli-bench-run = { $device } { $precision } { $size } lote { $batch }: passo { $step }, codificação { $encode }, decodificação { $decode }, carregamento { $load }, pico de memória { $memory }
cli-bench-card = { $device }: { $loaded } com o modelo carregado, no máximo { $sampling } na amostragem e { $decode } na decodificação, { $foreseen } previstos
