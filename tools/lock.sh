#!/bin/sh
# Makes the lock files again: every version pinned, every file hashed, for all systems, no address of any registry.
#   sh tools/lock.sh            keeps what still fits
#   sh tools/lock.sh --upgrade  takes the newest of everything
set -eu
cd "$(dirname "$0")/.."
lock() {
  .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 "$@"
}
lock "$@" pyproject.toml -o requirements/runtime.txt
lock "$@" pyproject.toml --group pyproject.toml:dev -c requirements/runtime.txt -o requirements/dev.txt
if grep -n '://' requirements/*.txt; then
  echo "An address got into a lock file." >&2
  exit 1
fi
