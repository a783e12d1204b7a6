# O painel esquerdo: modelo, memória, parâmetros.

## Modelo

vae-label = _VAE
clip-label = _CLIP
picker-search = Pesquisar
picker-none = Nada corresponde à pesquisa
picker-from-checkpoint = O do checkpoint
picker-nothing = Não há nenhum
picker-several = { $first } e mais { $more }
model-heading = Modelo

# Um arquivo em poucas palavras; as partes são unidas com travessões.
family-sd1 = SD 1.x
family-sd2 = SD 2.x
family-sdxl = SDXL
family-sdxl-refiner = SDXL refiner
model-inpainting = { $family } para inpainting
model-without = sem { $parts }
part-vae = VAE
part-unet = UNet
part-clip-l = CLIP L
part-clip-g = CLIP G
part-clip-h = CLIP H

# Por que um arquivo aparece por último e não pode ser escolhido.
reason-other-kind = Isto é { $kind }
reason-unusable = Não pode ser usado: { $reason }
reason-latent = Feito para outra família: { $found } canais latentes, não { $wanted }
reason-encoders = { $found } não serve: o checkpoint precisa de { $wanted }

## Memória

meter-heading = Memória
meter-machine = RAM
meter-card = { $device } – { $name }
meter-numbers = { $used } de { $total } em uso, { $left } livres
meter-part = { $name } { $size }
meter-little = menos de 0,1 GB
meter-about = cerca de { $size }
meter-checkpoint = Checkpoint
meter-vae = VAE
meter-clip = CLIP
meter-activations = Ativações
meter-window = Esta janela
meter-others = Outros programas
meter-unaccounted = Driver e restante
meter-free = Livre
meter-planned = A carregar
meter-fits = O modelo escolhido cabe: { $size } de { $room }
meter-tight = O modelo escolhido cabe por pouco: { $size } de { $room }
meter-picture-too-large = O modelo escolhido cabe, mas uma imagem deste tamanho não: os pesos ocupam { $size } de { $room }
meter-too-small = O modelo escolhido não vai caber: precisa de { $size }, e é possível dispor de { $room }

## Parâmetros

parameter-size = _Tamanho
parameter-size-own = Tamanho personalizado
parameter-size-row = { $width } × { $height } ({ $shape })
parameter-size-snap = Será { $width } × { $height }: os tamanhos vão de 8 em 8
size-swap = Trocar largura e altura
parameter-count = _Imagens
parameter-count-tooltip = Quantas são geradas, uma após a outra
seed-dice = Uma nova seed aleatória agora
seed-each-time = Uma nova seed a cada vez (-1)
button-save-defaults = Salvar como padrão
button-save-defaults-tooltip = De agora em diante, começar com este tamanho, sampler, scheduler, passos e escala CFG
button-reset-defaults = Restaurar
button-reset-defaults-tooltip = Voltar aos valores padrão
