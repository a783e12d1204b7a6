# Menus, botões e teclas: como se chama uma ação (menu-) e o que ela faz (action-).

menubar-file = _Arquivo
menubar-edit = _Editar
menubar-model = _Modelo
menubar-generate = _Gerar
menubar-view = E_xibir
menubar-help = A_juda

menu-open-picture = _Abrir uma imagem para obter os parâmetros…
action-open-picture = Adotar o prompt e os parâmetros de uma imagem
menu-open-output-folder = Abrir a pasta de _imagens
action-open-output-folder = Mostrar a pasta de imagens no gerenciador de arquivos
menu-preferences = _Preferências
action-preferences = Alterar pastas, GPUs, idioma e tema
menu-quit = _Sair
action-quit = Sair

menu-copy-picture = _Copiar a imagem
action-copy-picture = Copiar a imagem mostrada
menu-copy-seed = Copiar a _seed
action-copy-seed = Copiar a seed da última imagem
menu-swap-prompts = _Trocar os prompts
action-swap-prompts = Trocar entre si o prompt positivo e o negativo
menu-clear-prompts = _Limpar os prompts
action-clear-prompts = Limpar ambos os prompts

menu-load-model = _Carregar o modelo
action-load-model = Carregar o modelo, para que a primeira imagem não precise esperar por ele
menu-clear-model = _Descarregar o modelo
action-clear-model = Liberar a memória ocupada pelo modelo
menu-open-checkpoint = _Abrir um checkpoint de outro lugar…
action-open-checkpoint = Abrir um checkpoint de outro lugar
menu-rescan = _Verificar as pastas novamente
action-rescan = Procurar modelos novamente
menu-open-models-folder = Abrir a _pasta de modelos
action-open-models-folder = Mostrar a pasta de modelos no gerenciador de arquivos

menu-generate = _Gerar
action-generate = Gerar uma imagem; se já houver uma em andamento, a próxima
menu-queue = Adicionar à _fila
action-queue = Colocar uma imagem na fila, sem iniciar nada
menu-stop = _Parar
action-stop = Parar após o passo em andamento; mais uma vez: parar agora
menu-stop-all = Parar _tudo
action-stop-all = Parar e esvaziar a fila
menu-resume = _Iniciar a fila
action-resume = Continuar com a fila
menu-show-queue = _Mostrar a fila
action-show-queue = Mostrar a fila
menu-finish-pictures = _Concluir imagens interrompidas
action-finish-pictures = Criar as imagens cujo último passo, a decodificação, foi interrompido
menu-discard-pictures = _Descartar imagens interrompidas
action-discard-pictures = Mover para a lixeira o que foi guardado das imagens interrompidas
menu-restore-pictures = _Trazer de volta
action-restore-pictures = Tirar da lixeira as imagens interrompidas
menu-random-seed = Seed _aleatória
action-random-seed = Sortear uma nova seed para cada imagem
menu-reuse-seed = Última _seed
action-reuse-seed = Usar a seed da última imagem

menu-left-panel = Painel _esquerdo
action-left-panel = Mostrar ou ocultar o painel esquerdo
menu-right-panel = Painel _direito
action-right-panel = Mostrar ou ocultar o painel direito
menu-fullscreen = _Tela cheia
action-fullscreen = Nada além da imagem
menu-zoom-in = _Ampliar
action-zoom-in = Mostrar a imagem maior
menu-zoom-out = _Reduzir
action-zoom-out = Mostrar a imagem menor
menu-zoom-fit = Imagem _inteira
action-zoom-fit = Mostrar a imagem inteira
menu-zoom-actual = _1:1
action-zoom-actual = Mostrar um pixel da imagem em um da tela
menu-newer-picture = Imagem mais _nova
action-newer-picture = Mostrar a imagem gerada depois desta
menu-older-picture = Imagem mais anti_ga
action-older-picture = Mostrar a imagem gerada antes desta
menu-focus-pictures = Ir para as i_magens
action-focus-pictures = Ir para as miniaturas
menu-focus-prompt = Ir para o _prompt
action-focus-prompt = Ir para o prompt
menu-theme-system = _Cores do ambiente
action-theme-system = Claro ou escuro, como o ambiente
menu-theme-light = C_laro
action-theme-light = Claro
menu-theme-dark = E_scuro
action-theme-dark = Escuro

menu-shortcuts = Atalhos de _teclado
action-shortcuts = Mostrar todos os atalhos de teclado
menu-open-settings-folder = Abrir a pasta de _configurações
action-open-settings-folder = Mostrar a pasta de configurações no gerenciador de arquivos
menu-about = _Sobre o aiimagegen
action-about = O que é este programa
menu-restart = _Reiniciar
action-restart = Encerrar o programa e iniciá-lo novamente

button-generate = Gerar
button-generate-more = Mais formas de gerar
button-stop = Parar
button-stop-now = Parar agora
button-load-model = Carregar modelo
button-clear-model = Descarregar modelo

## Por que algo não pode ser feito agora

why-busy = Uma imagem está sendo gerada: pare-a primeiro.
why-loading = Um modelo está sendo carregado: pare o carregamento primeiro.
why-no-checkpoint = Ainda não há checkpoint para carregar.
why-loaded = Este modelo já está carregado.
why-none-loaded = Nenhum modelo está carregado.

## A fila

queue-button = Fila: { $n }
queue-button-held = Fila: { $n } (em espera)
queue-list = Imagens em espera
queue-detail = { $size }, { $steps } passos, { $model }
queue-earlier = Antes
queue-later = Depois
queue-remove = Retirar da fila
queue-clear = _Esvaziar a fila
queue-restored = As imagens da última sessão esperam na fila.
queue-restored-advice = Nada é gerado até que você inicie a fila.
queue-held = Duas imagens seguidas falharam: o resto da fila espera.

## Teclas, e o que é o programa

shortcuts-title = Atalhos de teclado
shortcuts-prompts = Em um prompt
shortcuts-picture = Na imagem
shortcuts-pictures = Nas miniaturas
shortcuts-queue = Na fila
shortcut-emphasis-more = Mais peso para as palavras selecionadas
shortcut-emphasis-less = Menos peso para as palavras selecionadas
shortcut-history-older = Um prompt anterior
shortcut-history-newer = Um prompt posterior
shortcut-picture-fit = Imagem inteira, ou 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = Maior, menor
shortcut-pictures-show = Mostrar a imagem
shortcut-pictures-delete = Mover a imagem para a lixeira
shortcut-pictures-undo = Trazê-la de volta
shortcut-pictures-menu = O que pode ser feito com ela
about-comments = Imagens a partir de palavras, somente neste computador

## A janela

status-position = { $n } de { $count }
percent = { $percent }%
picture-files = Imagens
recovered = Parâmetros de { $file }
recovered-unhonoured = Não adotado: { $keys }.
unfinished-found = Imagens amostradas e não decodificadas: { $n }. Nada delas se perdeu.
unfinished-advice = Decodificá-las leva alguns segundos; isso não começa sozinho. Feche esta mensagem para guardá-las para depois.
unfinished-kept = O que foi calculado fica guardado: feche esta mensagem para terminar a imagem ou descartá-la.
unfinished-discarded = Imagens interrompidas movidas para a lixeira: { $n }.
unfinished-surplus = O programa guarda { $most } imagens interrompidas. As mais antigas estão agora na lixeira: { $n }.
unfinished-discard-failed = Imagens interrompidas não foram descartadas: { $reason }
unfinished-discard-advice = A lixeira do ambiente não aceita arquivos da pasta de configurações. Exclua-os lá, na pasta “unfinished”.
unfinished-restore-failed = Imagens interrompidas não foram trazidas de volta: { $reason }
unfinished-restore-advice = Procure-as na lixeira do ambiente.
language-changed = O idioma muda quando o programa for iniciado novamente.
defaults-saved = Estes são os padrões a partir de agora.
