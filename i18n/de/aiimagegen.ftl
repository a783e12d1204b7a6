# Deutsch.

## Zahlen

bytes-b = { $n } Bytes
bytes-kb = { $n } kB
bytes-mb = { $n } MB
bytes-gb = { $n } GB

## Was schiefging: je eine Zeile, zuerst Datei oder Teil, dann der Grund

error-file = { $file }: { $problem }
error-flawed = { $file }: { $flaw }
error-wrong-kind = { $file }: dies ist { $found }, nicht { $wanted }
error-missing-parts = { $file }: der Checkpoint enthält nicht alles, was ein Bild braucht; es fehlt: { $parts }
error-missing-parts-hint = Zum Checkpoint Dateien mit den fehlenden Teilen wählen oder einen Checkpoint, der alle enthält.
error-missing-tensor = { $file }: der Tensor { $tensor } fehlt
error-missing-tensor-hint = Die Datei ist womöglich gekürzt oder gehört zu einer anderen Art von Modell. Erneut herunterladen oder eine andere wählen.
error-wrong-shape = { $file }: der Tensor { $tensor } hat die Form { $found }, zum übrigen Modell passt aber { $expected }
error-wrong-shape-hint = Die Datei vermischt Teile verschiedener Modelle. Eine andere wählen.
error-weights-not-finite = { $file }: der Tensor { $tensor } enthält Werte, die keine Zahlen sind (NaN oder unendlich)
error-weights-not-finite-hint = Die Datei ist beschädigt oder wurde fehlerhaft zusammengeführt. Erneut herunterladen oder eine andere wählen.
error-unsupported-model = { $file }: diese Art von Modell läuft hier nicht: { $evidence }
error-unsupported-model-hint = Checkpoints von Stable Diffusion 1.x, 2.x und XL laufen.
error-part-mismatch = { $file }: { $part } gehört nicht zu diesem Checkpoint: vorhanden ist { $found }, nötig ist { $expected }
error-part-mismatch-hint = Einen Teil wählen, der für diesen Checkpoint gemacht ist, oder den darin enthaltenen.
error-bad-value = { $field }: { $value } ist nicht möglich, nötig ist { $rule }
error-device-unusable = { $device }: das Gerät kann nicht verwendet werden: { $obstacle }
error-device-unusable-hint = Der Prozessor funktioniert immer: das Gerät cpu wählen oder die Wahl dem Programm überlassen.
error-precision-unsupported = { $device }: das Gerät rechnet nicht in { $precision }
error-precision-unsupported-hint = Es rechnet in { $supported }; auto wählt von selbst.
error-out-of-memory = { $device }: zu wenig Speicher: { $needed } nötig, { $available } frei
error-out-of-memory-hint = Das Bild oder den Batch verkleinern oder andere Programme schließen, die diesen Speicher belegen.
error-not-finite = { $stage }: die Berechnung ergab Werte, die keine Zahlen sind (NaN), { $step ->
    [0] außerhalb des Samplings
   *[other] in Schritt { $step }
}
error-not-finite-hint = Die Genauigkeit auf f32 stellen oder einen anderen VAE oder Checkpoint wählen.
error-save = { $file }: konnte nicht geschrieben werden: { $reason }
error-save-hint = Prüfen, ob der Ordner vorhanden und beschreibbar ist und genug Platz hat, oder einen anderen Ort wählen.
error-cancelled = angehalten: { $step } von { $steps } Schritten waren erledigt
error-cancelled-early = angehalten vor dem ersten Schritt
error-engine-gone = Engine: der rechnende Prozess endete ohne Antwort ({ $status })
error-engine-gone-hint = Beim nächsten Generieren startet er wieder. Endet er jedes Mal, reicht womöglich der Speicher nicht: das Bild verkleinern.
error-engine-silent = Engine: der Prozess, der die Treiber fragt, hat binnen { $patience } Sekunden nicht geantwortet
error-internal = aiimagegen: ein Fehler in diesem Programm: { $detail }
error-internal-hint = Bitte mit diesem Wortlaut melden.

problem-not-found = diese Datei gibt es nicht
problem-is-folder = dies ist ein Ordner, keine Datei
problem-not-regular = dies ist keine gewöhnliche Datei, sondern eine Pipe, ein Socket oder ein Gerät
problem-no-permission = die Berechtigung zum Lesen dieser Datei fehlt
problem-no-permission-hint = Sich das Leserecht geben: chmod u+r, oder den Eigentümer darum bitten.
problem-empty = die Datei ist leer
problem-empty-hint = Erneut herunterladen.
problem-other = die Datei kann nicht gelesen werden: { $reason }

flaw-unknown-format = die Datei ist weder eine safetensors- noch eine PyTorch-Datei
flaw-truncated = die Datei ist abgeschnitten: { $found } von { $expected } sind vorhanden
flaw-truncated-hint = Der Download wurde nicht fertig: die Datei erneut herunterladen.
flaw-header-too-large = der Dateikopf gibt eine Größe von { $claimed } an, mehr als jeder echte
flaw-header-unreadable = der Dateikopf kann nicht gelesen werden: { $detail }
flaw-outside-file = der Tensor { $tensor } beansprucht Bytes außerhalb der Datei
flaw-overlap = die Tensoren { $tensor } und { $other } beanspruchen dieselben Bytes
flaw-size-mismatch = die Größe des Tensors { $tensor } ergibt sich nicht aus Form und Typ
flaw-duplicate = der Tensor { $tensor } ist doppelt vorhanden
flaw-unknown-dtype = der Tensor { $tensor } hat den Zahlentyp { $dtype }, der nicht unterstützt wird
flaw-forbidden-call = die Datei will { $callable } ausführen, was kein Modell nötig hat; nichts wurde ausgeführt
flaw-forbidden-call-hint = Dieser Datei nicht vertrauen. Das Modell als safetensors beschaffen, darin lässt sich nichts ausführen.
flaw-pickle-limit = das enthaltene Pickle geht über das hinaus, was Modelle brauchen: { $limit }
flaw-pickle-unreadable = das enthaltene Pickle kann nicht gelesen werden: { $detail }
flaw-archive-unreadable = das Zip-Archiv kann nicht gelesen werden: { $detail }

rule-multiple-of = ein Vielfaches von { $of }
rule-between = ein Wert zwischen { $min } und { $max }
rule-one-of = eine Angabe aus { $names }

kind-checkpoint = ein Checkpoint
kind-vae = ein einzelner VAE
kind-clip = ein einzelner Textencoder
kind-lora = ein LoRA
kind-control-net = ein ControlNet
kind-embedding = ein Textual-Inversion-Embedding
kind-upscaler = ein Upscaler
kind-language-model = ein Sprachmodell
kind-other-diffusion = ein Modell anderer Architektur als Stable Diffusion 1.x, 2.x oder XL
kind-unknown = keine hier bekannte Art von Modell

wanted-clip = ein Textencoder
wanted-unet = ein Checkpoint
wanted-vae = ein VAE

stage-clip = Textencoder
stage-unet = UNet
stage-vae = VAE

field-size = Größe
field-width = Breite
field-height = Höhe
field-steps = Schritte
field-cfg = CFG
field-batch = Batch
field-sampler = Sampler
field-scheduler = Scheduler
field-seed = Seed
field-prompt-tokens = Token im Prompt

## Was die Engine gerade tut

event-device-skipped = { $device } wird nicht verwendet: { $obstacle }
event-load-progress = Laden: { $done } von { $total }
event-loaded = Geladen
event-seed-chosen = Seed { $value }
event-encode-started = Prompt wird gelesen
event-sampling-started = Sampling, { $steps } Schritte
event-step-done = Schritt { $step } von { $steps }
event-decode-started = Bild wird aus dem Latent erzeugt
event-decode-repeated = Das Bild bestand in { $precision } nicht aus Zahlen: Dekodierung wird in f32 wiederholt

## Das Fenster

app-name = aiimagegen
no-display = aiimagegen: es gibt keine Anzeige, auf der sich das Fenster öffnen ließe. Ohne Anzeige: aiimagegen generate --checkpoint DATEI "ein Prompt"

button-open-models-folder = M_odellordner öffnen
button-rescan = Neu einlesen


checkpoint-label = Chec_kpoint
model-files = Modelldateien
model-none = Kein Modell geladen
model-built-in-demo = Eingebaute Demo
models-empty = Noch gibt es keine Checkpoints: Stable-Diffusion-Dateien (.safetensors oder .ckpt) in { $folder } ablegen
dialog-open = Öffnen
dialog-cancel = Abbrechen

parameters-heading = Parameter
parameter-width = Brei_te
parameter-height = Höh_e
parameter-steps = S_chritte
parameter-sampler = Samp_ler
parameter-scheduler = Sched_uler
parameter-cfg = C_FG-Skala
parameter-cfg-tooltip = Wie genau das Bild dem Prompt folgt
parameter-seed = _Seed
parameter-seed-tooltip = -1 wählt für jedes Bild einen neuen
seed-last = Seed des letzten Bildes

prompt-positive = _Positiver Prompt
prompt-negative = _Negativer Prompt

canvas-empty = Noch kein Bild
canvas-picture = Ein Bild ohne Prompt

phase-starting = Start
phase-loading = Modell wird geladen: { $done } von { $total }
phase-loading-short = Laden
phase-encoding = Prompt wird gelesen
phase-sampling = Schritt { $step } von { $steps }
phase-decoding = Bild wird erzeugt
phase-saving = Bild wird gespeichert
phase-stopping = Wird nach diesem Schritt angehalten
phase-failed = Fehlgeschlagen
time-left-seconds = noch { $s } s
time-left-minutes = noch { $min } min { $s } s
time-left-hours = noch { $h } h { $min } min

notice-details = Details

quit-question = Beenden, während ein Bild entsteht?
quit-question-loss = Es ist nicht fertig. Beim nächsten Start des Programms wartet es in der Warteschlange.
quit-confirm = Beenden
quit-cancel = Weitermachen

# Was gegen ein Gerät spricht.
obstacle-absent = dieser Rechner hat kein solches Gerät
obstacle-absent-hint = „aiimagegen devices“ listet die vorhandenen auf.
obstacle-unproven = es wurde noch nicht getestet
obstacle-unproven-hint = Getestet wird es bei der ersten Verwendung; „aiimagegen selftest --device { $device }“ erledigt es jetzt.
obstacle-too-small = das Modell braucht { $needed }, und { $available } sind frei
obstacle-software = es rechnet auf dem Prozessor, und das langsamer als dieses Programm selbst
obstacle-software-hint = Es ist für Tests gedacht und wird nur verwendet, wo es genannt ist: --device { $device }.
obstacle-no-cuda-driver = der NVIDIA-Treiber fehlt (libcuda)
obstacle-no-cuda-driver-hint = Den NVIDIA-Treiber installieren, 525 oder neuer (Debian: nvidia-driver; Ubuntu: ubuntu-drivers install).
obstacle-no-cuda-compiler = der Laufzeit-Compiler von CUDA fehlt (libnvrtc)
obstacle-no-cuda-compiler-hint = Das CUDA-Toolkit installieren, oder: pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Liegt er in einem ungewöhnlichen Ordner, diesen in AIIMAGEGEN_CUDA angeben. Wo „aiimagegen devices“ die Karte auch als vulkan:N aufführt, arbeitet sie ohne das über Vulkan.
obstacle-no-cuda-headers = die Header von CUDA fehlen (cuda_runtime.h, cuda_fp16.h, mma.h)
obstacle-no-cuda-headers-hint = Das CUDA-Toolkit installieren, oder: pip install nvidia-cuda-runtime-cu12 nvidia-cuda-nvcc-cu12. Liegen sie in einem ungewöhnlichen Ordner, diesen in AIIMAGEGEN_CUDA angeben. Wo „aiimagegen devices“ die Karte auch als vulkan:N aufführt, arbeitet sie ohne das über Vulkan.
obstacle-cuda-too-new = der Laufzeit-Compiler von CUDA hat Version { $compiler }, der Treiber kennt CUDA bis { $driver }
obstacle-cuda-too-new-hint = Einen neueren Treiber oder einen älteren Laufzeit-Compiler installieren und dessen Ordner in AIIMAGEGEN_CUDA angeben.
obstacle-cuda-mismatch = der Laufzeit-Compiler von CUDA hat Version { $compiler }, die Header haben Version { $headers }
obstacle-cuda-mismatch-hint = Beide in derselben Version installieren und, wenn es mehrere gibt, ihren Ordner in AIIMAGEGEN_CUDA angeben.
obstacle-wrong = es hat den Selbsttest nicht bestanden: { $stage } weicht um { $max_diff } ab, richtig ist höchstens { $limit }
obstacle-wrong-hint = Nach einer Aktualisierung des Treibers wird es neu getestet; „aiimagegen selftest --device { $device }“ erledigt es jetzt und zeigt jeden Teil.
obstacle-broken = { $detail }
obstacle-broken-hint = Nach einer Aktualisierung des Treibers wird es neu getestet; „aiimagegen selftest --device { $device }“ erledigt es jetzt und zeigt jeden Teil.
