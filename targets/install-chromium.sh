#!/bin/sh
# Installs the Chromium that pages and *.browser.mjs are judged in, where there is none yet; again is harmless. Debian and
# Ubuntu as root; elsewhere it says what is missing. BNSPEC_CHROMIUM names another browser than the one on the path.
set -eu
for name in "${BNSPEC_CHROMIUM:-chromium}" chromium-browser google-chrome google-chrome-stable chrome; do
  if command -v "$name" >/dev/null; then
    echo "$name is there"
    exit 0
  fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "no Chromium here. Debian: sudo apt-get install chromium; elsewhere any Chrome, named by BNSPEC_CHROMIUM" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
