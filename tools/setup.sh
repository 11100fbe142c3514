#!/bin/sh
# Makes or repairs the environment in .venv:  sh tools/setup.sh runtime|dev
#
# Needs Python 3.11 or newer with its venv module, nothing else. The project itself is not "installed": a build backend
# would have to be downloaded for that (virtual environments hold no setuptools since Python 3.12), only to write the
# two small files that tools/environment.py writes: a path to src/ and the command .venv/bin/recado.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-runtime}
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

find_python() {
  for candidate in ${RECADO_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  say "Recado needs Python 3.11 or newer and found none (it looked for python3, python3.14, ... python3.11)."
  return 1
}

# The one line for a machine without the venv module: Debian and Ubuntu ship it as a package of its own.
explain_missing_venv() {
  package=python3-venv
  case $1 in python3.*) package=$1-venv ;; esac
  if command -v apt-get >/dev/null 2>&1; then
    say "Python's venv module is missing. Install it with:  sudo apt-get install $package"
  else
    say "Python's venv module is missing: install the package of your system that brings 'venv' and 'ensurepip' for $1."
  fi
}

make_venv() {
  python=$(find_python) || exit 1
  rm -rf "$venv"
  if ! command -v uv >/dev/null 2>&1 && ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    explain_missing_venv "$python"
    exit 1
  fi
  say "Making the environment in $venv (once; a minute or so)"
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --python "$(command -v "$python")" "$venv"
  else
    "$python" -m venv "$venv" || { rm -rf "$venv"; explain_missing_venv "$python"; exit 1; }
  fi
}

install_requirements() {
  if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "requirements/$kind.txt"
  else
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip --upgrade >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
      --require-hashes -r "requirements/$kind.txt"
  fi
}

if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
  make_venv
fi
install_requirements
"$venv/bin/python" tools/environment.py
