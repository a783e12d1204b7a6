# The right panel: the pictures in the output folder.

gallery-label = Generated images
gallery-empty = Pictures appear here
gallery-search = Search pictures by name and prompt
gallery-search-hint = Search
gallery-nothing-found = No picture has these words

# What a picture is called: by the screen reader, and where the pointer rests.
gallery-caption = { $prompt }, { $width } × { $height }, { $date }
gallery-caption-unnamed = { $name }, { $width } × { $height }, { $date }
gallery-caption-unread = { $name }, { $date }
gallery-caption-flawed = { $name }: { $reason }
gallery-job =
    In the making, { $percent } %: { $prompt }
    { $detail }
gallery-job-waits =
    Waits, number { $n }: { $prompt }
    { $detail }

gallery-flaw-too-large = too large to show here
gallery-flaw-no-picture = not a picture
gallery-flaw-damaged = damaged or incomplete
gallery-flaw-unreadable = cannot be read: { $reason }

gallery-show = _Show
gallery-copy = _Copy
gallery-use-parameters = _Use parameters
gallery-use-all-but-seed = Use all _but the seed
gallery-open-folder = Open _folder
gallery-delete = _Move to trash

gallery-deleted-short = Moved to trash
gallery-deleted = { $name } is in the trash
gallery-undo = _Undo
gallery-undo-tooltip = Bring the picture back (Ctrl+Z)
gallery-undo-close = Close
gallery-delete-failed = { $name } was not deleted: { $reason }
gallery-delete-advice = The desktop's trash does not take files from this folder. Use "Open folder" to delete the file in the file browser.
gallery-restore-failed = { $name } was not brought back: { $reason }
gallery-restore-advice = Look for it in the desktop's trash.
