#!/bin/sh
# Installs the SMPP peers that the interop tests talk to: node-smpp by npm, out of the hashed lock file. Kannel comes
# from the system (apt-get install kannel), smpplib with the development set. Does nothing the second time.
set -eu
cd "$(dirname "$0")/node"
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --silent --no-audit --no-fund
fi
