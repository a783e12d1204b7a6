# O painel direito: as imagens na pasta de saída.

gallery-label = Imagens geradas
gallery-empty = As imagens aparecem aqui
gallery-search = Pesquisar imagens por nome e prompt
gallery-search-hint = Pesquisar
gallery-nothing-found = Nenhuma imagem contém estas palavras

# Como se chama uma imagem: para o leitor de tela e onde o ponteiro para.
gallery-caption = { $prompt }, { $width } × { $height }, { $date }
gallery-caption-unnamed = { $name }, { $width } × { $height }, { $date }
gallery-caption-unread = { $name }, { $date }
gallery-caption-flawed = { $name }: { $reason }
gallery-job =
    Em andamento, { $percent }%: { $prompt }
    { $detail }
gallery-job-waits =
    Em espera, número { $n }: { $prompt }
    { $detail }

gallery-flaw-too-large = grande demais para ser mostrada aqui
gallery-flaw-no-picture = não é uma imagem
gallery-flaw-damaged = danificada ou incompleta
gallery-flaw-unreadable = não pode ser lida: { $reason }

gallery-show = _Mostrar
gallery-copy = _Copiar
gallery-use-parameters = _Usar os parâmetros
gallery-use-all-but-seed = Usar _tudo menos a seed
gallery-open-folder = Abrir a _pasta
gallery-delete = Mover para a _lixeira

gallery-deleted-short = Na lixeira
gallery-deleted = { $name } está na lixeira
gallery-undo = _Desfazer
gallery-undo-tooltip = Trazer a imagem de volta (Ctrl+Z)
gallery-undo-close = Fechar
gallery-delete-failed = { $name } não foi excluída: { $reason }
gallery-delete-advice = A lixeira do ambiente não aceita arquivos desta pasta. Use “Abrir a pasta” para excluir o arquivo no gerenciador de arquivos.
gallery-restore-failed = { $name } não foi trazida de volta: { $reason }
gallery-restore-advice = Procure-a na lixeira do ambiente.
