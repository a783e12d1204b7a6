#!/usr/bin/env bash
# Installs the Debian / Ubuntu packages given as arguments, if they are missing. Asks nothing.
set -euo pipefail

say() { echo "packages: $*" >&2; }

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    if command -v cc >/dev/null && pkg-config --exists 'gtk4 >= 4.6' 2>/dev/null; then
        exit 0
    fi
    say "this is neither Debian nor Ubuntu. Please install a C compiler, pkg-config and the"
    say "development files of GTK 4.6 or newer (gtk4-devel, gtk4), then try again."
    exit 1
fi

missing=()
for package in "$@"; do
    installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    # -n: fail rather than ask for a password.
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        say "these packages are missing, and installing them needs more rights. Please run:"
        say "  sudo apt-get install --yes ${missing[*]}"
        exit 1
    fi
    as_root=(sudo -n)
fi

say "installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --yes -qq)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends "${missing[@]}"
