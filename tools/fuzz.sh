#!/bin/bash
# Runs each fuzz target of build/fuzz for SECONDS: tools/fuzz.sh SECONDS
# The committed corpus is tests/fuzz/corpus/<target>; what is found new stays below build/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=$1
mapfile -t targets < <(find build/fuzz -type f -executable -name '*_fuzz' | sort)
((${#targets[@]})) || { echo "fuzz: there is no fuzz target yet" >&2; exit 1; }

failed=0
for target in "${targets[@]}"; do
  name=$(basename "$target")
  seeds=tests/fuzz/corpus/$name
  found=build/fuzz/corpus/$name
  mkdir -p "$found" build/fuzz/artifacts
  [[ -d $seeds ]] || seeds=
  echo "=== $name, $seconds s"
  "$target" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/artifacts/$name-" "$found" ${seeds:+"$seeds"} </dev/null ||
    failed=$((failed + 1))
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
((failed == 0))
