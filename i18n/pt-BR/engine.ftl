# O que o mecanismo está fazendo: prévias, latentes e decodificação em partes.

event-preview = Uma prévia
event-latent-finished = A amostragem terminou
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
