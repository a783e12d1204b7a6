# Menüs, Knöpfe und Tasten: wie eine Aktion heißt (menu-), und was sie tut (action-).

menubar-file = _Datei
menubar-edit = _Bearbeiten
menubar-model = _Modell
menubar-generate = _Generieren
menubar-view = _Ansicht
menubar-help = _Hilfe

menu-open-picture = _Parameter aus einem Bild übernehmen…
action-open-picture = Prompt und Parameter eines Bildes übernehmen
menu-open-output-folder = Bilder_ordner öffnen
action-open-output-folder = Den Bilderordner in der Dateiverwaltung anzeigen
menu-preferences = _Einstellungen
action-preferences = Ordner, Grafikkarten, Sprache und Farbschema ändern
menu-quit = _Beenden
action-quit = Beenden

menu-copy-picture = _Bild kopieren
action-copy-picture = Das angezeigte Bild kopieren
menu-copy-seed = _Seed kopieren
action-copy-seed = Den Seed des letzten Bildes kopieren
menu-swap-prompts = Prompts _tauschen
action-swap-prompts = Positiven und negativen Prompt tauschen
menu-clear-prompts = Prompts _leeren
action-clear-prompts = Beide Prompts leeren

menu-load-model = Modell _laden
action-load-model = Das Modell laden, damit das erste Bild nicht darauf wartet
menu-clear-model = Modell _entladen
action-clear-model = Den Speicher des Modells freigeben
menu-open-checkpoint = Anderen _Checkpoint öffnen…
action-open-checkpoint = Einen Checkpoint von anderswo öffnen
menu-rescan = Ordner _neu einlesen
action-rescan = Erneut nach Modellen suchen
menu-open-models-folder = Modell_ordner öffnen
action-open-models-folder = Den Modellordner in der Dateiverwaltung anzeigen

menu-generate = _Generieren
action-generate = Ein Bild erzeugen; während eines entsteht, das nächste
menu-queue = Zur _Warteschlange hinzufügen
action-queue = Ein Bild in die Warteschlange stellen und nichts starten
menu-stop = _Anhalten
action-stop = Nach dem laufenden Schritt anhalten; noch einmal: sofort anhalten
menu-stop-all = A_lles anhalten
action-stop-all = Anhalten und die Warteschlange leeren
menu-resume = Warteschlange _starten
action-resume = Mit der Warteschlange weitermachen
menu-show-queue = Warteschlange an_zeigen
action-show-queue = Die Warteschlange anzeigen
menu-finish-pictures = _Unterbrochene Bilder fertigstellen
action-finish-pictures = Die Bilder fertigstellen, deren letzter Schritt, das Dekodieren, unterbrochen wurde
menu-discard-pictures = Unterbrochene Bilder _verwerfen
action-discard-pictures = In den Papierkorb verschieben, was von unterbrochenen Bildern aufbewahrt ist
menu-restore-pictures = _Zurückholen
action-restore-pictures = Die unterbrochenen Bilder wieder aus dem Papierkorb holen
menu-random-seed = Zu_fälliger Seed
action-random-seed = Für jedes Bild einen neuen Seed wählen
menu-reuse-seed = Le_tzter Seed
action-reuse-seed = Den Seed des letzten Bildes übernehmen

menu-left-panel = _Linke Seitenleiste
action-left-panel = Die linke Seitenleiste ein- oder ausblenden
menu-right-panel = _Rechte Seitenleiste
action-right-panel = Die rechte Seitenleiste ein- oder ausblenden
menu-fullscreen = _Vollbild
action-fullscreen = Nichts als das Bild
menu-zoom-in = Ver_größern
action-zoom-in = Das Bild größer anzeigen
menu-zoom-out = Ver_kleinern
action-zoom-out = Das Bild kleiner anzeigen
menu-zoom-fit = Ganzes _Bild
action-zoom-fit = Das ganze Bild anzeigen
menu-zoom-actual = _1:1
action-zoom-actual = Ein Pixel des Bildes auf einem des Bildschirms anzeigen
menu-newer-picture = _Neueres Bild
action-newer-picture = Das nach diesem entstandene Bild anzeigen
menu-older-picture = Äl_teres Bild
action-older-picture = Das vor diesem entstandene Bild anzeigen
menu-focus-pictures = _Zu den Bildern
action-focus-pictures = Zu den Vorschaubildern gehen
menu-focus-prompt = Zum _Prompt
action-focus-prompt = Zum Prompt gehen
menu-theme-system = _Systemfarben
action-theme-system = Hell oder dunkel, wie die Arbeitsumgebung
menu-theme-light = _Hell
action-theme-light = Hell
menu-theme-dark = _Dunkel
action-theme-dark = Dunkel

menu-shortcuts = _Tastenkürzel
action-shortcuts = Alle Tastenkürzel anzeigen
menu-open-settings-folder = _Einstellungsordner öffnen
action-open-settings-folder = Den Ordner mit den Einstellungen in der Dateiverwaltung anzeigen
menu-about = _Info zu aiimagegen
action-about = Was dieses Programm ist
menu-restart = _Neu starten
action-restart = Das Programm beenden und neu starten

button-generate = Generieren
button-generate-more = Mehr zum Generieren
button-stop = Anhalten
button-stop-now = Sofort anhalten
button-load-model = Modell laden
button-clear-model = Modell entladen

## Warum etwas gerade nicht geht

why-busy = Ein Bild entsteht: zuerst anhalten.
why-loading = Ein Modell wird geladen: zuerst anhalten.
why-no-checkpoint = Noch gibt es keinen Checkpoint zum Laden.
why-loaded = Dieses Modell ist schon geladen.
why-none-loaded = Kein Modell ist geladen.

## Die Warteschlange

queue-button = Warteschlange { $n }
queue-button-held = Warteschlange { $n } (wartet)
queue-list = Wartende Bilder
queue-detail = { $size }, { $steps } Schritte, { $model }
queue-earlier = Früher
queue-later = Später
queue-remove = Aus der Warteschlange nehmen
queue-clear = Warteschlange _leeren
queue-restored = Bilder der letzten Sitzung warten in der Warteschlange.
queue-restored-advice = Bis zum Start der Warteschlange wird nichts erzeugt.
queue-held = Zwei Bilder nacheinander sind fehlgeschlagen: der Rest der Warteschlange wartet.

## Tasten, und was das Programm ist

shortcuts-title = Tastenkürzel
shortcuts-prompts = In einem Prompt
shortcuts-picture = Auf dem Bild
shortcuts-pictures = In den Vorschaubildern
shortcuts-queue = In der Warteschlange
shortcut-emphasis-more = Mehr Gewicht für die markierten Wörter
shortcut-emphasis-less = Weniger Gewicht für die markierten Wörter
shortcut-history-older = Ein früherer Prompt
shortcut-history-newer = Ein späterer Prompt
shortcut-picture-fit = Ganzes Bild oder 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = Größer, kleiner
shortcut-pictures-show = Das Bild anzeigen
shortcut-pictures-delete = Das Bild in den Papierkorb verschieben
shortcut-pictures-undo = Es zurückholen
shortcut-pictures-menu = Was sich damit tun lässt
about-comments = Bilder aus Worten, allein auf diesem Rechner

## Das Fenster

status-position = { $n } von { $count }
percent = { $percent } %
picture-files = Bilder
recovered = Parameter von { $file }
recovered-unhonoured = Nicht übernommen: { $keys }.
unfinished-found = Bilder nach dem Sampling, aber noch nicht dekodiert: { $n }. Davon ist nichts verloren.
unfinished-advice = Das Dekodieren dauert Sekunden; es beginnt nicht von selbst. Wird diese Meldung geschlossen, bleiben sie für später aufbewahrt.
unfinished-kept = Was berechnet wurde, bleibt erhalten: diese Meldung schließen, um das Bild fertigzustellen oder zu verwerfen.
unfinished-discarded = Unterbrochene Bilder in den Papierkorb verschoben: { $n }.
unfinished-surplus = Es werden { $most } unterbrochene Bilder aufbewahrt. Ältere sind jetzt im Papierkorb: { $n }.
unfinished-discard-failed = Unterbrochene Bilder wurden nicht verworfen: { $reason }
unfinished-discard-advice = Der Papierkorb nimmt keine Dateien aus dem Einstellungsordner auf. Sie lassen sich dort im Ordner „unfinished“ löschen.
unfinished-restore-failed = Unterbrochene Bilder wurden nicht zurückgeholt: { $reason }
unfinished-restore-advice = Im Papierkorb der Arbeitsumgebung danach suchen.
language-changed = Die Sprache wechselt beim nächsten Start des Programms.
defaults-saved = Das sind von jetzt an die Vorgaben.
