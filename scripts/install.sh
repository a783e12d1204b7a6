#!/usr/bin/env bash
# Puts the program where desktops and shells look for programs, or takes it away again.
#
#   scripts/install.sh install PROGRAM
#   scripts/install.sh uninstall
#
# PREFIX (~/.local unless set) is where it lives, DESTDIR a folder that stands for / while a package
# is made. Models, pictures and settings are never touched.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${PREFIX:-$HOME/.local}
case $prefix in /*) ;; *) echo "install: PREFIX must be an absolute path: $prefix" >&2; exit 2 ;; esac
to=${DESTDIR:-}$prefix
id=org.aiimagegen.Aiimagegen

program=$to/bin/aiimagegen
entry=$to/share/applications/$id.desktop
icon=$to/share/icons/hicolor/scalable/apps/$id.svg
symbolic=$to/share/icons/hicolor/symbolic/apps/$id-symbolic.svg
metainfo=$to/share/metainfo/$id.metainfo.xml
manual=$to/share/man/man1/aiimagegen.1
bash=$to/share/bash-completion/completions/aiimagegen
zsh=$to/share/zsh/site-functions/_aiimagegen
fish=$to/share/fish/vendor_completions.d/aiimagegen.fish
licences=$to/share/doc/aiimagegen
data=$to/share/aiimagegen

# A path as an argument in a desktop file's Exec line.
quoted() {
    local path=${1//%/%%}
    case $path in
        # What the shell and the desktop file's own escapes would take apart.
        *[!A-Za-z0-9/._+%@:,=-]*)
            path=$(sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g' <<<"$path")
            echo "\"$path\"" ;;
        *) echo "$path" ;;
    esac
}

# Desktops keep lists of what is installed. A list of icons is brought up to date where there is
# one, and not begun: programs that do not know of it would go missing.
refresh() {
    [ -z "${DESTDIR:-}" ] || return 0
    local icons=$to/share/icons/hicolor tool
    if [ -d "$icons" ]; then touch "$icons"; fi
    if [ -f "$icons/icon-theme.cache" ]; then
        for tool in gtk4-update-icon-cache gtk-update-icon-cache; do
            if command -v "$tool" >/dev/null; then
                "$tool" --quiet --force --ignore-theme-index "$icons" || true
                break
            fi
        done
    fi
    if command -v update-desktop-database >/dev/null && [ -d "$to/share/applications" ]; then
        update-desktop-database --quiet "$to/share/applications" || true
    fi
}

install_all() {
    local built=$1
    # The new one takes the old one's name at once, so that a running program is not disturbed.
    install -Dm755 "$built" "$program.new"
    mv -f "$program.new" "$program"
    install -d "${entry%/*}"
    # Whatever the session's PATH is, the menu starts this one.
    while IFS= read -r line; do
        case $line in
            Exec=*) echo "Exec=$(quoted "$prefix/bin/aiimagegen")" ;;
            TryExec=*) echo "TryExec=$prefix/bin/aiimagegen" ;;
            *) echo "$line" ;;
        esac
    done <assets/$id.desktop >"$entry"
    chmod 644 "$entry"
    install -Dm644 assets/icons/hicolor/scalable/apps/$id.svg "$icon"
    install -Dm644 assets/icons/hicolor/symbolic/apps/$id-symbolic.svg "$symbolic"
    install -Dm644 assets/$id.metainfo.xml "$metainfo"
    install -Dm644 -t "$licences" LICENSE-MIT LICENSE-APACHE
    install -Dm644 -t "$data" assets/demo-model/built-in-demo.safetensors
    install -d "${manual%/*}" "${bash%/*}" "${zsh%/*}" "${fish%/*}"
    "$built" man >"$manual"
    "$built" completions bash >"$bash"
    "$built" completions zsh >"$zsh"
    "$built" completions fish >"$fish"
    chmod 644 "$manual" "$bash" "$zsh" "$fish"
    refresh
    echo "aiimagegen is installed as $prefix/bin/aiimagegen"
    case :$PATH: in
        *":$prefix/bin:"*) ;;
        *) [ -n "${DESTDIR:-}" ] || echo "$prefix/bin is not in your PATH: the menu has it, a shell needs the whole name." ;;
    esac
}

uninstall_all() {
    rm -f "$program" "$entry" "$icon" "$symbolic" "$metainfo" "$manual" "$bash" "$zsh" "$fish" \
        "$data/built-in-demo.safetensors" "$licences"/LICENSE-{MIT,APACHE}
    # The data folder may hold models and pictures, which stay.
    rmdir "$licences" "$data" 2>/dev/null || true
    refresh
    echo "aiimagegen is removed from $prefix. Your models, pictures and settings are where they were."
}

case ${1:-}/$# in
    install/2) install_all "$2" ;;
    uninstall/1) uninstall_all ;;
    *) echo "usage: scripts/install.sh install PROGRAM | uninstall" >&2; exit 2 ;;
esac
