# Deutsch: der erste Start, die Einstellungen und die Datei, die beide schreiben.

## Was an einer Einstellungsdatei falsch ist

settings-unreadable = { $file }: die Einstellungen können nicht gelesen werden: { $reason }
settings-broken = { $file }: die Einstellungen sind ungültig: { $reason }
settings-newer = { $file }: eine neuere Version dieses Programms schrieb diese Einstellungen (Aufbau { $version })
settings-value = { $file }: { $key } kann nicht { $value } sein

## Erster Start

setup-title = Einrichtung ({ $page })
setup-back = _Zurück
setup-next = _Weiter
setup-finish = _Fertig
setup-page = { $page } von { $pages }
setup-folders-heading = Wo alles liegt
setup-folders-intro = Nichts verlässt diesen Rechner: Einstellungen, Bilder und Modelle bleiben in diesen Ordnern.
setup-devices-heading = Was die Bilder berechnet
setup-devices-intro = Nur die hier angehakten Grafikkarten werden verwendet.
setup-summary-heading = Sprache und Zusammenfassung
setup-broken = { $reason }. Was davon lesbar war, ist hier übernommen.
setup-broken-kept = { $reason }. Die Datei bleibt als { $kept } erhalten; was davon lesbar war, ist hier übernommen.
setup-summary-settings = Einstellungen
setup-summary-output = Bilder
setup-summary-models = Modelle
setup-summary-devices = Rechnet auf
setup-devices-unknown = Die Grafikkarten werden noch gesucht

## Die Zeile eines Ordners

folder-settings = _Einstellungsordner
folder-output = _Bilderordner
folder-models = _Modellordner
folder-choose = Wählen…
folder-choose-settings = Einstellungsordner wählen
folder-choose-output = Bilderordner wählen
folder-choose-models = Modellordner wählen
folder-select = Wählen
folder-there = Dieser Ordner ist vorhanden.
folder-to-be-made = Dieser Ordner wird angelegt.
folder-not-whole = Den ganzen Pfad angeben: er beginnt mit / oder ~/.
folder-file-in-the-way = { $path } ist vorhanden und kein Ordner.
folder-not-writable = Die Berechtigung zum Schreiben in { $path } fehlt.
folder-has-settings = In diesem Ordner sind schon Einstellungen: sie werden übernommen, mit dem, was hier gewählt ist.
folder-fixed = Auf der Befehlszeile mit --settings angegeben.
folder-unusable = Dieser Ordner kann nicht verwendet werden: { $reason }

## Die Liste der Grafikkarten

devices-looking = Grafikkarten werden gesucht
devices-title = { $name }, { $memory }
devices-pci = PCI { $address }
devices-unusable = Nicht verwendbar: { $reason }.
devices-remark = Hinweis: { $reason }.
devices-none = Keine Grafikkarte gefunden. Es rechnet der Prozessor: { $name }, { $memory }.
devices-none-usable = Keine Grafikkarte ist verwendbar. Es rechnet der Prozessor: { $name }, { $memory }.
devices-processor = Ist keine Karte angehakt, rechnet der Prozessor: { $name }, { $memory }.
devices-failed = Die Suche nach Grafikkarten ist fehlgeschlagen, womöglich wegen eines Treibers. Grund: { $reason }. Der Prozessor kann verwendet werden: { $name }, { $memory }.
devices-again = Erneut suchen

## Sprache und Farben

language-label = S_prache
language-system = Sprache des Systems
theme-label = _Farbschema
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel

## Einstellungen

preferences-title = Einstellungen
preferences-folders = Ordner
preferences-devices = Grafikkarten
preferences-devices-note = Gilt ab dem nächsten Bild. Das Modell wird dafür neu geladen.
preferences-strict = _Gleiches Bild bei jeder Anzahl von Grafikkarten
preferences-strict-note = Eine Karte arbeitet dann so, wie es zwei tun: Sie berechnet Prompt und negativen Prompt nacheinander. Auf einer Karte dauert das länger, vor allem bei kleinen Bildern; auf zweien kostet es nichts. Die Bilder weichen meist nur in feinen Einzelheiten von denen ab, die ohne diese Wahl entstehen.
preferences-appearance = Erscheinungsbild
preferences-language-note = Die Sprache wechselt beim nächsten Start des Programms.
preferences-settings-folder = Einstellungen liegen in { $folder }
preferences-save = _Speichern
preferences-cancel = _Abbrechen
preferences-not-saved = Konnte nicht gespeichert werden: { $reason }
