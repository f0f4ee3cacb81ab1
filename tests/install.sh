#!/usr/bin/env bash
# Brings the tests what pip cannot: Debian's Chromium, a font with Chinese characters, and PostgreSQL.
# Where it may not, it says so in one line and leaves the verdict to the tests that need them.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
dpkg-query --show --showformat='${db:Status-Status}' fonts-noto-cjk 2>/dev/null | grep -qx installed || missing+=(fonts-noto-cjk)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "The tests need ${missing[*]}, which only root may install: sudo apt-get install ${missing[*]}" >&2
        exit 0
    fi
    as_root=(sudo -n)
fi

echo "Installing ${missing[*]} with apt-get for the tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 5 "$log" >&2
    echo "The tests need ${missing[*]}, and apt-get could not install them." >&2
fi
