#!/bin/bash
# clang-tidy over the C++ sources: tools/tidy.sh BUILD_FOLDER [path pattern…]
# BUILD_FOLDER has the compile_commands.json of a gcc build, whose few gcc-only flags are ignored.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$1
shift
(($#)) || set -- "$PWD/src/.*\\.cc\$"
[[ -f $folder/compile_commands.json ]] || { echo "tidy: $folder is not configured" >&2; exit 1; }
exec run-clang-tidy-14 -p "$folder" -quiet -j "${TIDY_JOBS:-$(nproc)}" \
  -extra-arg=-Wno-unknown-warning-option -extra-arg=-Wno-unused-command-line-argument "$@"
