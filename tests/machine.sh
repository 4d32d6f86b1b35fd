#!/bin/sh
# What the tests need besides Python packages: a browser and Chinese letters. What cannot be
# installed is named; the tests that need it are then skipped.
set -eu

missing=
command -v chromium >/dev/null || missing="$missing chromium"
[ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
if [ -n "$missing" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get -qq update
    # shellcheck disable=SC2086 # one word for each package
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
  else
    echo "Not installed, since this needs root and apt-get:$missing" >&2
  fi
fi
