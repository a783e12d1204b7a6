# Deutsch: was nur die Befehlszeile sagt.

## Was schiefging

cli-no-checkpoint = Checkpoint: keiner wurde angegeben
cli-no-checkpoint-hint = Einen mit --checkpoint angeben: eine Datei oder einen Namen aus `aiimagegen list models`.
cli-unknown-model = { $name }: diese Datei gibt es nicht, und kein Modell dieses Namens in { $folder }
cli-unknown-model-hint = `aiimagegen list models` zeigt die Namen.
cli-no-display = Fenster: es gibt keine Anzeige, auf der es sich öffnen ließe
cli-no-display-hint = Ohne Fenster: aiimagegen generate "a lighthouse at dusk" --checkpoint DATEI --output ORDNER
cli-no-display-help-hint = aiimagegen --help zeigt alle Befehle. Aus dem Projektordner: cargo run --release -- --help
cli-prompt-unreadable = Prompt: die Standardeingabe kann nicht gelesen werden: { $reason }
cli-stdout-failed = Standardausgabe: { $reason }
cli-internal = intern: { $detail }
cli-internal-hint = Dies ist ein Fehler im Programm. Bitte mit diesem Wortlaut melden.
cli-not-arrays = eine andere Datei heißt so und wird nicht ersetzt
cli-same-file = { $first } und { $second } können nicht beide { $file } sein

cli-settings-hint = Die Datei berichtigen oder beiseitelegen: ohne sie startet das Programm mit seinen Vorgaben.
cli-settings-newer-hint = Die neuere Version verwenden oder mit --settings einen anderen Ordner.

field-checkpoint = Checkpoint
field-vae = VAE
field-clip = CLIP
field-profile = Profil
field-count = Anzahl
field-repeats = Wiederholungen
field-output = Ausgabe

## Während es läuft

cli-stopping = Wird nach diesem Schritt angehalten; noch einmal Strg+C hält sofort an.
cli-kept = behalten: { $files }
cli-kept-nothing = Nichts wurde fertig, also bleibt nichts erhalten.
cli-loaded = { $family } geladen: { $stages } ({ $size } in { $time })
cli-generated = Seed { $seed }, { $step } je Schritt, { $time } insgesamt
cli-array = { $kind ->
    [latent] Latent
   *[other] Verlauf
}: { $file }
cli-time-left = noch { $time }
cli-seconds = { $n } s
cli-minutes = { $min } min { $s } s
cli-hours = { $h } h { $min } min

## Ergebnisse

cli-inspect-format = Format
cli-inspect-holds = Inhalt
cli-inspect-family = Familie
cli-inspect-unknown = unbekannt
cli-inspect-prediction = Vorhersage
cli-inspect-input = Eingabe
cli-inspect-inpaint = Bild, Maske und maskiertes Bild (Inpainting)
cli-inspect-missing = es fehlt
cli-inspect-problem = nicht verwendbar
cli-inspect-part = { $dtype }, { $size }, { $tensors ->
    [one] ein Tensor
   *[other] { $tensors } Tensoren
}

cli-inspect-source = erstellt mit
cli-inspect-prompt = Prompt
cli-inspect-negative = negativer Prompt
cli-inspect-steps = Schritte
cli-inspect-sampler = Sampler
cli-inspect-scheduler = Scheduler
cli-inspect-cfg = CFG-Skala
cli-inspect-seed = Seed
cli-inspect-size = Größe
cli-inspect-model = Modell
cli-inspect-model-hash = Hash des Modells
cli-inspect-vae = VAE
cli-inspect-unhonoured = hier ohne Wirkung
cli-inspect-unhonoured-pair = { $key }: { $value } ({ $reason })

cli-device = { $device }  { $name }, { $free } von { $total } frei
cli-device-unusable = nicht verwendbar: { $reason }

cli-selftest-ok = in Ordnung
cli-selftest-failed = FEHLGESCHLAGEN

cli-list-no-models = In { $folder } sind keine Modelle: Dateien in die Ordner checkpoints, vae und clip darin ablegen.

cli-profile-comfyui = Schedules, Sampler, Rauschen und Betonung von ComfyUI

cli-bench-run = { $device } { $precision } { $size } Batch { $batch }: Schritt { $step }, Kodieren { $encode }, Dekodieren { $decode }, Laden { $load }, Speicherspitze { $memory }
cli-bench-card = { $device }: { $loaded } mit geladenem Modell, höchstens { $sampling } beim Entrauschen und { $decode } beim Dekodieren, { $foreseen } vorhergesehen
