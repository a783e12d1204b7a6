# Português do Brasil: o primeiro início, as preferências e o arquivo de configurações que ambos gravam.

## O que há de errado com um arquivo de configurações

settings-unreadable = { $file }: as configurações não podem ser lidas: { $reason }
settings-broken = { $file }: as configurações não são válidas: { $reason }
settings-newer = { $file }: uma versão mais nova deste programa gravou estas configurações (formato { $version })
settings-value = { $file }: { $key } não pode ser { $value }

## Primeiro início

setup-title = Configuração inicial ({ $page })
setup-back = _Voltar
setup-next = _Avançar
setup-finish = _Concluir
setup-page = { $page } de { $pages }
setup-folders-heading = Onde as coisas são guardadas
setup-folders-intro = Nada sai deste computador: configurações, imagens e modelos ficam nestas pastas.
setup-devices-heading = O que calcula as imagens
setup-devices-intro = Somente as placas de vídeo marcadas aqui são usadas.
setup-summary-heading = Idioma e resumo
setup-broken = { $reason }. O que foi possível ler do arquivo é adotado aqui.
setup-broken-kept = { $reason }. O arquivo é mantido como { $kept }; o que foi possível ler dele é adotado aqui.
setup-summary-settings = Configurações
setup-summary-output = Imagens
setup-summary-models = Modelos
setup-summary-devices = Cálculo em
setup-devices-unknown = As placas de vídeo ainda estão sendo procuradas

## A linha de uma pasta

folder-settings = Pasta de con_figurações
folder-output = Pasta de _imagens
folder-models = Pasta de _modelos
folder-choose = Escolher…
folder-choose-settings = Escolher a pasta de configurações
folder-choose-output = Escolher a pasta de imagens
folder-choose-models = Escolher a pasta de modelos
folder-select = Escolher
folder-there = Esta pasta já existe.
folder-to-be-made = Esta pasta será criada.
folder-not-whole = Escreva o caminho completo: ele começa com / ou ~/.
folder-file-in-the-way = { $path } existe e não é uma pasta.
folder-not-writable = Você não tem permissão para gravar em { $path }.
folder-has-settings = Já há configurações nesta pasta: elas são adotadas, com o que for escolhido aqui.
folder-fixed = Indicada na linha de comando, com --settings.
folder-unusable = Esta pasta não pode ser usada: { $reason }

## A lista de placas de vídeo

devices-looking = Procurando placas de vídeo
devices-title = { $name }, { $memory }
devices-pci = PCI { $address }
devices-unusable = Não pode ser usada: { $reason }.
devices-remark = Observação: { $reason }.
devices-none = Nenhuma placa de vídeo foi encontrada. O processador calcula: { $name }, { $memory }.
devices-none-usable = Nenhuma placa de vídeo pode ser usada. O processador calcula: { $name }, { $memory }.
devices-processor = Sem nenhuma placa marcada, o processador calcula: { $name }, { $memory }.
devices-failed = A busca por placas de vídeo falhou, talvez por causa de um driver. Motivo: { $reason }. O processador pode ser usado: { $name }, { $memory }.
devices-again = Procurar de novo

## Idioma e cores

language-label = I_dioma
language-system = O idioma do sistema
theme-label = _Tema
theme-system = Como o sistema
theme-light = Claro
theme-dark = Escuro

## Preferências

preferences-title = Preferências
preferences-folders = Pastas
preferences-devices = Placas de vídeo
preferences-devices-note = Usadas a partir da próxima imagem. Para isso, o modelo é carregado novamente.
preferences-strict = A mesma imagem com _qualquer número de placas de vídeo
preferences-strict-note = Uma placa trabalha então como duas: calcula o prompt e o prompt negativo um depois do outro. Em uma placa isso demora mais, sobretudo com imagens pequenas; em duas não custa nada. Em geral, as imagens só diferem em pequenos detalhes das feitas sem esta opção.
preferences-appearance = Aparência
preferences-language-note = O idioma muda quando o programa for iniciado novamente.
preferences-settings-folder = As configurações estão em { $folder }
preferences-save = _Salvar
preferences-cancel = _Cancelar
preferences-not-saved = Não foi possível salvar: { $reason }
