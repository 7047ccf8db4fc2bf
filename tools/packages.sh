#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages the tests drive, or says what is missing and how to mend it.
set -euo pipefail
wanted=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted+=(postgresql)
command -v xgettext >/dev/null || wanted+=(gettext)
command -v pdftotext >/dev/null || wanted+=(poppler-utils)
[ -e /usr/lib/softhsm/libsofthsm2.so ] || wanted+=(softhsm2)
command -v git >/dev/null || wanted+=(git)
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || wanted+=(chromium)
ldconfig -p | grep -q libatomic.so.1 || wanted+=(libatomic1)
[ ${#wanted[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ]; then as_root=(env); elif command -v sudo >/dev/null; then as_root=(sudo); else
  echo "Missing packages: ${wanted[*]}. Install them as root: apt-get install ${wanted[*]}" >&2; exit 1
fi
if . /etc/os-release && [ "$ID" = ubuntu ] && [[ " ${wanted[*]} " == *" chromium "* ]]; then
  echo "Ubuntu's chromium is a snap, which cannot run in a container. Install Debian's chromium or Google Chrome," >&2
  echo "or unpack the npm package @sparticuz/chromium, and name the program: make test CHROMIUM=/path/to/chromium" >&2
  exit 1
fi
echo "Installing ${wanted[*]} …"
"${as_root[@]}" apt-get update -qq
# The server package starts a cluster of its own, which the tests do not use.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
