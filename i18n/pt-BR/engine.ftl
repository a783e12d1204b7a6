# O que o mecanismo está fazendo: prévias, latentes e decodificação em partes.

event-preview = Uma prévia
event-latent-finished = A amostragem terminou
event-memory-held = { $device } ocupa { $bytes }
event-decode-retried = Falta memória: { $how }
event-tile-done = Criando a imagem: parte { $tile } de { $tiles }

way-tiled = a imagem é criada em partes
way-tiled-on-processor = a imagem é criada em partes no processador, o que leva mais tempo

field-latent = latente

event-step-retried = Falta memória: { $how }
event-step-repeated = O passo não deu números em { $precision }: ele é refeito em { $instead }
way-halves = as duas metades da orientação são calculadas uma após a outra
way-one-by-one = as imagens são calculadas uma após a outra
way-elsewhere = o trabalho continua em { $device }
event-placed = { $mode }: { $why }

mode-one-device = O modelo vai para { $device }
mode-apart = Codificador de texto em { $clip }, UNet em { $unet }, VAE em { $vae }
mode-guidance-in-parallel = Codificador de texto em { $clip }, UNet em { $unet } e { $negative }, VAE em { $vae }
mode-queue-in-parallel = O modelo vai para cada um destes dispositivos: { $devices }

because-only-one = nenhum outro pode ser usado
because-best = é o melhor que pode ser usado aqui
because-chosen = foi o escolhido
because-pinned = há partes fixadas nele
because-too-large = tudo junto precisa de { $needed } em { $device }, onde há { $available } livres
because-two-denoisers = cada um calcula uma metade da orientação
because-pictures-wait = { $waiting } imagens estão na fila
