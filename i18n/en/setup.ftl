# English: the first start, the preferences, and the settings file that both write.

## What is wrong with a settings file

settings-unreadable = { $file }: the settings cannot be read: { $reason }
settings-broken = { $file }: the settings are not valid: { $reason }
settings-newer = { $file }: a newer version of this program wrote these settings (layout { $version })
settings-value = { $file }: { $key } cannot be { $value }

## First start

setup-title = Setup ({ $page })
setup-back = _Back
setup-next = _Next
setup-finish = _Finish
setup-page = { $page } of { $pages }
setup-folders-heading = Where things are kept
setup-folders-intro = Nothing leaves this machine: settings, pictures and models stay in these folders.
setup-devices-heading = What computes the pictures
setup-devices-intro = Only the graphics cards ticked here are used.
setup-summary-heading = Language and summary
setup-broken = { $reason }. What could be read of it is taken over here.
setup-broken-kept = { $reason }. The file is kept as { $kept }; what could be read of it is taken over here.
setup-summary-settings = Settings
setup-summary-output = Pictures
setup-summary-models = Models
setup-summary-devices = Computes on
setup-devices-unknown = The graphics cards are still being looked for

## A folder's row

folder-settings = _Settings folder
folder-output = _Pictures folder
folder-models = _Models folder
folder-choose = Choose…
folder-choose-settings = Choose the settings folder
folder-choose-output = Choose the pictures folder
folder-choose-models = Choose the models folder
folder-select = Choose
folder-there = This folder is there.
folder-to-be-made = This folder will be created.
folder-not-whole = Write the whole path: it begins with / or ~/.
folder-file-in-the-way = { $path } is there, and is not a folder.
folder-not-writable = You may not write into { $path }.
folder-has-settings = There are settings in this folder already: they are taken over, with what is chosen here.
folder-fixed = Named on the command line, with --settings.
folder-unusable = This folder cannot be used: { $reason }

## The list of graphics cards

devices-looking = Looking for graphics cards
devices-title = { $name }, { $memory }
devices-pci = PCI { $address }
devices-unusable = Cannot be used: { $reason }.
devices-remark = Note: { $reason }.
devices-none = No graphics card was found. The processor computes: { $name }, { $memory }.
devices-none-usable = No graphics card can be used. The processor computes: { $name }, { $memory }.
devices-processor = With no card ticked, the processor computes: { $name }, { $memory }.
devices-failed = The search for graphics cards failed, perhaps because of a driver. Reason: { $reason }. The processor can be used: { $name }, { $memory }.
devices-again = Look again

## Language and colours

language-label = _Language
language-system = The system's language
theme-label = _Theme
theme-system = As the system
theme-light = Light
theme-dark = Dark

## Preferences

preferences-title = Preferences
preferences-folders = Folders
preferences-devices = Graphics cards
preferences-devices-note = Used from the next picture on. The model is loaded again for it.
preferences-strict = Same picture _whatever the number of graphics cards
preferences-strict-note = One card then works as two do: it computes the prompt and the negative prompt one after the other. This takes longer on one card, small pictures most of all, and costs nothing on two. The pictures usually differ from those made without it in fine detail alone.
preferences-appearance = Appearance
preferences-language-note = The language changes when the program is started again.
preferences-settings-folder = Settings are in { $folder }
preferences-save = S_ave
preferences-cancel = _Cancel
preferences-not-saved = Could not be saved: { $reason }
