#!/bin/bash
# Lays out the C and C++ sources with the pinned clang-format; with --check only says what differs.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t sources < <(find src tests sdk bench fuzz -type d -name node_modules -prune -o \
  -type f \( -name '*.h' -o -name '*.cc' -o -name '*.c' \) -not -path 'tests/payloads/*' \
  -not -path 'tests/corpus/*' -print \
  2>/dev/null | sort)
case ${1:-} in
  --check)
    clang-format-14 --style=file --dry-run -Werror "${sources[@]}" 2>&1 |
      sed -n 's/^\(.*:[0-9]*\):[0-9]*: error: .*/\1: not laid out; run .\/dev format/p' | uniq >&2
    exit "${PIPESTATUS[0]}"
    ;;
  *) exec clang-format-14 --style=file -i "${sources[@]}" ;;
esac
