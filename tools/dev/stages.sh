# Stages of `./dev test`: each is run to its end whatever became of the others, timed, and counted
# from the JUnit file that its runner writes. A stage that fails without a failed test, or that runs
# no test, counts as one failure.

STAGE_LOGS=$LOG_DIR/test
TOTAL_PASSED=0 TOTAL_FAILED=0 TOTAL_SKIPPED=0
STAGE_LINES=()

stages_begin() {
  as_root rm -rf "$STAGE_LOGS"
  mkdir -p "$STAGE_LOGS"
  SECONDS_AT_START=$SECONDS
}

junit_of() { printf '%s/%s.xml' "$STAGE_LOGS" "$1"; }

# step NAME COMMAND…: something that is no test, such as a build. Its failure is one failure.
step() {
  local name=$1 code=0 began=$SECONDS
  shift
  headline "$name"
  in_own_shell "$@" 2>&1 | tee "$STAGE_LOGS/$name.log" || code=$?
  if ((code)); then
    record "$name" 0 1 0 $((SECONDS - began)) "exit code $code"
  else
    record "$name" 0 0 0 $((SECONDS - began)) ""
  fi
  return "$code"
}

# stage NAME COMMAND…: a runner that writes its results to `junit_of NAME`.
stage() {
  local name=$1 code=0 began=$SECONDS note=""
  shift
  headline "$name"
  in_own_shell "$@" 2>&1 | tee "$STAGE_LOGS/$name.log" || code=$?
  local passed=0 failed=0 skipped=0
  if [[ -s $(junit_of "$name") ]]; then
    read -r passed failed skipped < <("$PYTHON" tools/count_junit.py "$(junit_of "$name")") ||
      note="unreadable results"
  fi
  if ((code != 0 && failed == 0)); then
    failed=1 note="the runner failed, exit code $code"
  elif ((passed + failed == 0)); then
    failed=1 note="ran no test"
  fi
  record "$name" "$passed" "$failed" "$skipped" $((SECONDS - began)) "$note"
  ((failed == 0))
}

# A stage that cannot be run because what it needs was not built.
stage_impossible() {
  headline "$1"
  say "cannot run: $2"
  record "$1" 0 1 0 0 "$2"
}

# bash ignores `set -e` in whatever is called left of `||`, subshells too; in a new shell it holds.
in_own_shell() { "$ROOT/dev" --call "$@" </dev/null; }

headline() { printf '\n=== %s\n' "$1"; }

record() {
  local name=$1 passed=$2 failed=$3 skipped=$4 seconds=$5 note=$6
  TOTAL_PASSED=$((TOTAL_PASSED + passed))
  TOTAL_FAILED=$((TOTAL_FAILED + failed))
  TOTAL_SKIPPED=$((TOTAL_SKIPPED + skipped))
  STAGE_LINES+=("$(printf '%-18s %7d %7d %7d %6d s  %s' \
    "$name" "$passed" "$failed" "$skipped" "$seconds" "$note")")
}

# The table, then the line that says it all. Fails if anything failed or nothing was run.
stages_end() {
  headline "summary"
  printf '%-18s %7s %7s %7s %8s\n' stage passed failed skipped time
  printf '%s\n' "${STAGE_LINES[@]}"
  printf 'all in %d min %d s; logs and JUnit files are in build/log/test\n\n' \
    $(((SECONDS - SECONDS_AT_START) / 60)) $(((SECONDS - SECONDS_AT_START) % 60))
  ((TOTAL_PASSED + TOTAL_FAILED > 0)) || TOTAL_FAILED=1
  if ((TOTAL_SKIPPED)); then
    say "$TOTAL_PASSED passed, $TOTAL_FAILED failed, $TOTAL_SKIPPED skipped"
  else
    say "$TOTAL_PASSED passed, $TOTAL_FAILED failed"
  fi
  ((TOTAL_FAILED == 0))
}
