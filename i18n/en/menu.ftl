# Menus, buttons and keys: what an action is called (menu-), and what it does (action-).

menubar-file = _File
menubar-edit = _Edit
menubar-model = _Model
menubar-generate = _Generate
menubar-view = _View
menubar-help = _Help

menu-open-picture = _Open a picture for its parameters…
action-open-picture = Take over the prompt and the parameters of a picture
menu-open-output-folder = Open the _folder of pictures
action-open-output-folder = Show the folder of pictures in the file browser
menu-preferences = _Preferences
action-preferences = Change folders, GPUs, language and theme
menu-quit = _Quit
action-quit = Quit

menu-copy-picture = _Copy the picture
action-copy-picture = Copy the picture shown
menu-copy-seed = Copy the _seed
action-copy-seed = Copy the seed of the last picture
menu-swap-prompts = S_wap the prompts
action-swap-prompts = Swap the positive and the negative prompt
menu-clear-prompts = Cl_ear the prompts
action-clear-prompts = Clear both prompts

menu-load-model = _Load model
action-load-model = Load the model, so that the first picture does not wait for it
menu-clear-model = _Clear model
action-clear-model = Give the model's memory back
menu-open-checkpoint = _Open a checkpoint elsewhere…
action-open-checkpoint = Open a checkpoint elsewhere
menu-rescan = _Rescan the folders
action-rescan = Look for models again
menu-open-models-folder = Open the models _folder
action-open-models-folder = Show the models folder in the file browser

menu-generate = _Generate
action-generate = Make a picture; while one is in the making, the next
menu-queue = Add to the _queue
action-queue = Put a picture into the queue, and start nothing
menu-stop = _Stop
action-stop = Stop after the running step; once more: stop now
menu-stop-all = Stop _all
action-stop-all = Stop, and empty the queue
menu-resume = Start the q_ueue
action-resume = Go on with the queue
menu-show-queue = S_how the queue
action-show-queue = Show the queue
menu-finish-pictures = _Finish interrupted pictures
action-finish-pictures = Make the pictures whose last step, the decoding, was interrupted
menu-discard-pictures = _Discard interrupted pictures
action-discard-pictures = Move what was kept of interrupted pictures to the trash
menu-restore-pictures = _Bring them back
action-restore-pictures = Take the interrupted pictures out of the trash again
menu-random-seed = _Random seed
action-random-seed = Draw a new seed for each picture
menu-reuse-seed = Last s_eed
action-reuse-seed = Take the seed of the last picture

menu-left-panel = _Left panel
action-left-panel = Show or hide the left panel
menu-right-panel = _Right panel
action-right-panel = Show or hide the right panel
menu-fullscreen = _Fullscreen
action-fullscreen = Nothing but the picture
menu-zoom-in = Zoom _in
action-zoom-in = Show the picture larger
menu-zoom-out = Zoom _out
action-zoom-out = Show the picture smaller
menu-zoom-fit = _Whole picture
action-zoom-fit = Show the whole picture
menu-zoom-actual = _1:1
action-zoom-actual = Show one pixel of the picture on one of the screen
menu-newer-picture = _Newer picture
action-newer-picture = Show the picture made after this one
menu-older-picture = Ol_der picture
action-older-picture = Show the picture made before this one
menu-focus-pictures = _Go to the pictures
action-focus-pictures = Go to the thumbnails
menu-focus-prompt = Go to the _prompt
action-focus-prompt = Go to the prompt
menu-theme-system = The desktop's _colours
action-theme-system = Light or dark, as the desktop is
menu-theme-light = Ligh_t
action-theme-light = Light
menu-theme-dark = Dar_k
action-theme-dark = Dark

menu-shortcuts = _Keys
action-shortcuts = Show all keys
menu-open-settings-folder = Open the _settings folder
action-open-settings-folder = Show the folder with the settings in the file browser
menu-about = _About aiimagegen
action-about = What this program is
menu-restart = Start _again
action-restart = End the program and start it again

button-generate = Generate
button-generate-more = More ways to generate
button-stop = Stop
button-stop-now = Stop now
button-load-model = Load model
button-clear-model = Clear model

## Why something cannot be done now

why-busy = A picture is being made: stop it first.
why-loading = A model is being loaded: stop it first.
why-no-checkpoint = There is no checkpoint to load yet.
why-loaded = This model is loaded already.
why-none-loaded = No model is loaded.

## The queue

queue-button = Queue { $n }
queue-button-held = Queue { $n } (waits)
queue-list = Pictures that wait
queue-detail = { $size }, { $steps } steps, { $model }
queue-earlier = Earlier
queue-later = Later
queue-remove = Take out of the queue
queue-clear = Empty the _queue
queue-restored = Pictures of the last session wait in the queue.
queue-restored-advice = Nothing is made until you start the queue.
queue-held = Two pictures in a row have failed: the rest of the queue waits.

## Keys, and what the program is

shortcuts-title = Keys
shortcuts-prompts = In a prompt
shortcuts-picture = On the picture
shortcuts-pictures = Among the thumbnails
shortcuts-queue = In the queue
shortcut-emphasis-more = More weight for the selected words
shortcut-emphasis-less = Less weight for the selected words
shortcut-history-older = An earlier prompt
shortcut-history-newer = A later prompt
shortcut-picture-fit = Whole picture, or 1:1
shortcut-picture-actual = 1:1
shortcut-picture-zoom = Larger, smaller
shortcut-pictures-show = Show the picture
shortcut-pictures-delete = Move the picture to the trash
shortcut-pictures-undo = Bring it back
shortcut-pictures-menu = What can be done with it
about-comments = Pictures from words, on this computer alone

## The window

status-position = { $n } of { $count }
percent = { $percent } %
picture-files = Pictures
recovered = Parameters of { $file }
recovered-unhonoured = Not taken over: { $keys }.
unfinished-found = Pictures that were sampled and not decoded: { $n }. Nothing of them is lost.
unfinished-advice = Decoding them takes seconds; it does not start by itself. Close this message to keep them for later.
unfinished-kept = What was sampled is kept: close this message to finish or discard it.
unfinished-discarded = Interrupted pictures moved to the trash: { $n }.
unfinished-surplus = The program keeps { $most } interrupted pictures. Older ones are in the trash now: { $n }.
unfinished-discard-failed = Interrupted pictures were not discarded: { $reason }
unfinished-discard-advice = The desktop's trash does not take files from the settings folder. Delete them there, in the folder "unfinished".
unfinished-restore-failed = Interrupted pictures were not brought back: { $reason }
unfinished-restore-advice = Look for them in the desktop's trash.
language-changed = The language changes when the program starts again.
defaults-saved = These are the defaults from now on.
