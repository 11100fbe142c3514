#!/bin/sh
# Installs Jasmin's SMSC simulator and what it runs on, in an environment of its own (.bench/jasmin-simulator): its libraries are
# none of ours. It stands in Jasmin's source only, out of which the one file is taken. Does nothing the second time.
set -eu
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
env="$root/.bench/jasmin-simulator"
[ ! -f "$env/smsc_simulator.py" ] || exit 0
rm -rf "$env"
mkdir -p "$root/.bench"
"$root/.venv/bin/python" -m venv "$env"
pip="$env/bin/python -m pip --quiet --disable-pip-version-check"
$pip install --require-hashes -r requirements.txt
$pip download --no-deps --no-binary :all: --require-hashes -r simulator.txt -d "$env/source"
tar -xzf "$env"/source/jasmin-*.tar.gz -C "$env/source" --wildcards '*/tests/protocols/smpp/smsc_simulator.py'
mv "$env"/source/jasmin-*/tests/protocols/smpp/smsc_simulator.py "$env/"
