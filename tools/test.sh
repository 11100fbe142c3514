#!/bin/sh
# Runs the tests in two parts: what may run side by side, then what wants the machine for itself (browsers, foreign
# peers, long runs with timings). Whatever the first part says, the second runs too; the exit code tells of both.
set -u
cd "$(dirname "$0")/.."
pytest=".venv/bin/python -m pytest -q"
alone="interop or browser or slow"

status=0
run() {
  "$@"
  code=$?
  # 5 = nothing matched: fine for one part of two, a mistake for both (counted below).
  if [ $code -eq 5 ]; then empty=$((empty + 1)); elif [ $code -ne 0 ]; then status=$code; fi
}
empty=0

# What tests take from npm: SMPP peers, and axe-core that looks over the pages.
for peers in tests/*/node/package-lock.json; do
  [ -f "$peers" ] || continue
  folder=$(dirname "$peers")
  if command -v npm >/dev/null 2>&1 && [ ! "$folder/node_modules/.package-lock.json" -nt "$peers" ]; then
    (cd "$folder" && npm ci --silent --no-audit --no-fund) || status=1
  fi
done

# Jasmin's simulator comes out of a package's source: where that can't be had, its tests are left out and say so.
sh tests/interop/jasmin/install.sh >/dev/null 2>&1 || echo "Jasmin's simulator can't be installed here."

run $pytest -n 2 --dist loadfile -m "not ($alone)" "$@"
run $pytest -m "$alone" "$@"
if [ $empty -eq 2 ]; then
  echo "No test matched." >&2
  exit 5
fi
exit $status
