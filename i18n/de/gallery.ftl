# Die rechte Seitenleiste: die Bilder im Ausgabeordner.

gallery-label = Erzeugte Bilder
gallery-empty = Hier erscheinen Bilder
gallery-search = Bilder nach Name und Prompt durchsuchen
gallery-search-hint = Suchen
gallery-nothing-found = Kein Bild enthält diese Wörter

# Wie ein Bild heißt: für den Bildschirmleser, und wo der Mauszeiger ruht.
gallery-caption = { $prompt }, { $width } × { $height }, { $date }
gallery-caption-unnamed = { $name }, { $width } × { $height }, { $date }
gallery-caption-unread = { $name }, { $date }
gallery-caption-flawed = { $name }: { $reason }
gallery-job =
    Entsteht gerade, { $percent } %: { $prompt }
    { $detail }
gallery-job-waits =
    Wartet, Nummer { $n }: { $prompt }
    { $detail }

gallery-flaw-too-large = zu groß, um hier angezeigt zu werden
gallery-flaw-no-picture = kein Bild
gallery-flaw-damaged = beschädigt oder unvollständig
gallery-flaw-unreadable = nicht lesbar: { $reason }

gallery-show = _Anzeigen
gallery-copy = _Kopieren
gallery-use-parameters = _Parameter übernehmen
gallery-use-all-but-seed = Alles außer dem _Seed übernehmen
gallery-open-folder = _Ordner öffnen
gallery-delete = In den Papierkorb _verschieben

gallery-deleted-short = In den Papierkorb verschoben
gallery-deleted = { $name } ist im Papierkorb
gallery-undo = _Wiederherstellen
gallery-undo-tooltip = Das Bild zurückholen (Strg+Z)
gallery-undo-close = Schließen
gallery-delete-failed = { $name } wurde nicht gelöscht: { $reason }
gallery-delete-advice = Der Papierkorb nimmt keine Dateien aus diesem Ordner auf. Mit „Ordner öffnen“ lässt sich die Datei in der Dateiverwaltung löschen.
gallery-restore-failed = { $name } wurde nicht zurückgeholt: { $reason }
gallery-restore-advice = Im Papierkorb der Arbeitsumgebung danach suchen.
