# Português do Brasil.

## Números

bytes-b = { $n } bytes
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## O que deu errado: uma linha, primeiro o ARQUIVO ou a parte, depois o motivo

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: isto é { $found }, não { $wanted }
error-missing-parts = { $file }: o checkpoint não contém tudo de que uma imagem precisa; falta: { $parts }
error-missing-parts-hint = Escolha arquivos com as partes que faltam além do checkpoint, ou um checkpoint que tenha todas.
error-missing-tensor = { $file }: falta o tensor { $tensor }
error-missing-tensor-hint = O arquivo pode estar cortado ou ser de outro tipo de modelo. Baixe-o novamente ou escolha outro.
error-wrong-shape = { $file }: o tensor { $tensor } tem o formato { $found }, e o que combina com o resto do modelo é { $expected }
error-wrong-shape-hint = O arquivo mistura partes de modelos diferentes. Escolha outro.
error-weights-not-finite = { $file }: o tensor { $tensor } contém valores que não são números (NaN ou infinito)
error-weights-not-finite-hint = O arquivo está danificado ou foi mal mesclado. Baixe-o novamente ou escolha outro.
error-unsupported-model = { $file }: este tipo de modelo não funciona aqui: { $evidence }
error-unsupported-model-hint = Funcionam os checkpoints de Stable Diffusion 1.x, 2.x e XL.
error-part-mismatch = { $file }: esta parte ({ $part }) não corresponde ao checkpoint: tem { $found }, e o necessário é { $expected }
error-part-mismatch-hint = Escolha uma parte feita para este checkpoint, ou a que está dentro dele.
error-bad-value = { $field }: { $value } não pode ser usado, deve ser { $rule }
error-device-unusable = { $device }: o dispositivo não pode ser usado: { $obstacle }
error-device-unusable-hint = O processador sempre funciona: escolha o dispositivo cpu ou deixe a escolha para o programa.
error-precision-unsupported = { $device }: o dispositivo não calcula em { $precision }
error-precision-unsupported-hint = Ele calcula em { $supported }; auto escolhe sozinho.
error-out-of-memory = { $device }: memória insuficiente: são necessários { $needed }, e há { $available } livres
error-out-of-memory-hint = Reduza o tamanho da imagem ou do lote, ou feche outros programas que usam esta memória.
error-not-finite = { $stage }: o cálculo resultou em valores que não são números (NaN), { $step ->
    [0] fora da amostragem
   *[other] no passo { $step }
}
error-not-finite-hint = Defina a precisão como f32, ou escolha outro VAE ou outro checkpoint.
error-save = { $file }: não foi possível gravar: { $reason }
error-save-hint = Verifique se a pasta existe, permite gravação e tem espaço, ou escolha outro lugar.
error-cancelled = parado: { $step } de { $steps } passos foram concluídos
error-cancelled-early = parado antes do primeiro passo
error-engine-gone = mecanismo: o processo que calcula terminou sem resposta ({ $status })
error-engine-gone-hint = Na próxima vez que usar “Gerar”, ele será iniciado novamente. Se terminar sempre, pode faltar memória: reduza o tamanho da imagem.
error-engine-silent = mecanismo: o processo que consulta os drivers não respondeu em { $patience } segundos
error-internal = aiimagegen: um erro neste programa: { $detail }
error-internal-hint = Relate-o, com estas mesmas palavras.

problem-not-found = esse arquivo não existe
problem-is-folder = isto é uma pasta, não um arquivo
problem-not-regular = isto não é um arquivo comum, mas um pipe, um soquete ou um dispositivo
problem-no-permission = você não tem permissão para ler este arquivo
problem-no-permission-hint = Dê a si mesmo a permissão de leitura: chmod u+r, ou peça ao dono do arquivo.
problem-empty = o arquivo está vazio
problem-empty-hint = Baixe-o novamente.
problem-other = o arquivo não pode ser lido: { $reason }

flaw-unknown-format = o arquivo não é safetensors nem do PyTorch
flaw-truncated = o arquivo está cortado: há { $found } de { $expected }
flaw-truncated-hint = O download não terminou: baixe o arquivo novamente.
flaw-header-too-large = o cabeçalho declara um tamanho de { $claimed }, maior que o de qualquer um real
flaw-header-unreadable = o cabeçalho não pode ser lido: { $detail }
flaw-outside-file = o tensor { $tensor } declara bytes fora do arquivo
flaw-overlap = os tensores { $tensor } e { $other } declaram os mesmos bytes
flaw-size-mismatch = o tamanho do tensor { $tensor } não condiz com seu formato e tipo
flaw-duplicate = o tensor { $tensor } aparece duas vezes
flaw-unknown-dtype = o tensor { $tensor } tem o tipo numérico { $dtype }, que não é suportado
flaw-forbidden-call = o arquivo pede para executar { $callable }, de que um modelo não precisa; nada foi executado
flaw-forbidden-call-hint = Não confie neste arquivo. Obtenha o modelo como safetensors, que não pode executar nada.
flaw-pickle-limit = o pickle contido nele vai além do que os modelos precisam: { $limit }
flaw-pickle-unreadable = o pickle contido nele não pode ser lido: { $detail }
flaw-archive-unreadable = o arquivo compactado zip não pode ser lido: { $detail }

rule-multiple-of = um múltiplo de { $of }
rule-between = um valor entre { $min } e { $max }
rule-one-of = um destes: { $names }

kind-checkpoint = um checkpoint
kind-vae = apenas um VAE
kind-clip = apenas um codificador de texto
kind-lora = um LoRA
kind-control-net = um ControlNet
kind-embedding = um embedding de inversão textual
kind-upscaler = um upscaler
kind-language-model = um modelo de linguagem
kind-other-diffusion = um modelo de outra arquitetura que não Stable Diffusion 1.x, 2.x ou XL
kind-unknown = um tipo de modelo desconhecido aqui

wanted-clip = um codificador de texto
wanted-unet = um checkpoint
wanted-vae = um VAE

stage-clip = codificador de texto
stage-unet = UNet
stage-vae = VAE

field-size = tamanho
field-width = largura
field-height = altura
field-steps = passos
field-cfg = CFG
field-batch = lote
field-sampler = sampler
field-scheduler = scheduler
field-seed = seed
field-prompt-tokens = tokens no prompt

## O que o mecanismo está fazendo

event-device-skipped = { $device } não é usado: { $obstacle }
event-load-progress = Carregando: { $done } de { $total }
event-loaded = Carregado
event-seed-chosen = Seed { $value }
event-encode-started = Lendo o prompt
event-sampling-started = Amostragem, { $steps } passos
event-step-done = Passo { $step } de { $steps }
event-decode-started = Criando a imagem a partir do latente
event-decode-repeated = A imagem resultou em valores que não são números em { $precision }: decodificando novamente em f32

## A janela

app-name = aiimagegen
no-display = aiimagegen: não há tela em que abrir a janela. Sem ela: aiimagegen generate --checkpoint ARQUIVO "um prompt"

button-open-models-folder = A_brir pasta de modelos
button-rescan = Verificar novamente


checkpoint-label = Chec_kpoint
model-files = Arquivos de modelo
model-none = Nenhum modelo carregado
model-built-in-demo = Demo embutida
models-empty = Ainda não há checkpoints: coloque arquivos de Stable Diffusion (.safetensors ou .ckpt) em { $folder }
dialog-open = Abrir
dialog-cancel = Cancelar

parameters-heading = Parâmetros
parameter-width = _Largura
parameter-height = Alt_ura
parameter-steps = Pass_os
parameter-sampler = Sample_r
parameter-scheduler = Sche_duler
parameter-cfg = Escala C_FG
parameter-cfg-tooltip = O quanto a imagem segue o prompt
parameter-seed = _Seed
parameter-seed-tooltip = Com -1, uma nova é sorteada para cada imagem
seed-last = A seed da última imagem

prompt-positive = _Prompt positivo
prompt-negative = Prompt _negativo

canvas-empty = Nenhuma imagem ainda
canvas-picture = Uma imagem sem prompt

phase-starting = Iniciando
phase-loading = Carregando o modelo: { $done } de { $total }
phase-loading-short = Carregando
phase-encoding = Lendo o prompt
phase-sampling = Passo { $step } de { $steps }
phase-decoding = Criando a imagem
phase-saving = Salvando a imagem
phase-stopping = Parando após este passo
phase-failed = Falhou
time-left-seconds = { $s } s restantes
time-left-minutes = { $min } min { $s } s restantes
time-left-hours = { $h } h { $min } min restantes

notice-details = Detalhes

quit-question = Sair enquanto uma imagem está sendo gerada?
quit-question-loss = Ela não está concluída. Ficará na fila quando o programa for iniciado novamente.
quit-confirm = Sair
quit-cancel = Continuar gerando

# O que impede o uso de um dispositivo.
obstacle-absent = este computador não tem esse dispositivo
obstacle-absent-hint = “aiimagegen devices” lista os que ele tem.
obstacle-unproven = ainda não foi testado
obstacle-unproven-hint = Ele é testado no primeiro uso; “aiimagegen selftest --device { $device }” faz isso agora.
obstacle-too-small = o modelo precisa de { $needed }, e há { $available } livres
obstacle-software = calcula no processador, mais devagar do que este programa faz por conta própria
obstacle-software-hint = Serve para testes e só é usado onde é nomeado: --device { $device }.
obstacle-no-cuda-driver = falta o driver da NVIDIA (libcuda)
obstacle-no-cuda-driver-hint = Instale o driver da NVIDIA, 525 ou mais recente (Debian: nvidia-driver; Ubuntu: ubuntu-drivers install).
obstacle-no-cuda-compiler = falta o compilador em tempo de execução do CUDA (libnvrtc)
obstacle-no-cuda-compiler-hint = Instale o kit de ferramentas do CUDA, ou: pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Se ele estiver em uma pasta incomum, indique-a em AIIMAGEGEN_CUDA. Onde “aiimagegen devices” lista a placa também como vulkan:N, ela funciona sem isso por meio do Vulkan.
obstacle-no-cuda-headers = faltam os cabeçalhos do CUDA (cuda_runtime.h, cuda_fp16.h, mma.h)
obstacle-no-cuda-headers-hint = Instale o kit de ferramentas do CUDA, ou: pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Se eles estiverem em uma pasta incomum, indique-a em AIIMAGEGEN_CUDA. Onde “aiimagegen devices” lista a placa também como vulkan:N, ela funciona sem isso por meio do Vulkan.
obstacle-cuda-too-new = o compilador em tempo de execução do CUDA é da versão { $compiler }, e o driver conhece o CUDA até a { $driver }
obstacle-cuda-too-new-hint = Instale um driver mais recente, ou um compilador em tempo de execução mais antigo e indique a pasta dele em AIIMAGEGEN_CUDA.
obstacle-cuda-mismatch = o compilador em tempo de execução do CUDA é da versão { $compiler } e os cabeçalhos são da versão { $headers }
obstacle-cuda-mismatch-hint = Instale ambos na mesma versão e indique a pasta deles em AIIMAGEGEN_CUDA se houver várias.
obstacle-wrong = não passou no autoteste: { $stage } desvia { $max_diff }, e o correto é no máximo { $limit }
obstacle-wrong-hint = Depois de uma atualização do driver, ele é testado de novo; “aiimagegen selftest --device { $device }” faz isso agora e mostra cada parte.
obstacle-broken = { $detail }
obstacle-broken-hint = Depois de uma atualização do driver, ele é testado de novo; “aiimagegen selftest --device { $device }” faz isso agora e mostra cada parte.
