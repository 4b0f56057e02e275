# What `./dev test` is made of: the suites in their order, and what each of them builds and runs.

ALL_SUITES=(tools web unit e2e corpus controls vm browser sanitize tsan fuzz)

# Programs whose tests are run under ThreadSanitizer: the layers that more than one thread enters.
# All others are confined to one thread or loop.
TSAN_FOLDERS=(async run)

# The life cycle: the black-box tests that are run against the server with sanitizers, too.
LIFE_CYCLE=(lifecycle stop stop_trees disconnect crash queue events input)

# The black-box tests that are run against the server with ThreadSanitizer, too.
TSAN_SERVER=(races histories)

# What is run in a virtual machine that has one kind of cgroup hierarchies alone. See docs/modes.md.
VM_V2=(vm/test_mode.py vm/test_sysctls.py e2e/test_rootless.py::test_limits_hold
  vm/test_v2_places.py::test_in_a_login_session_it_uses_the_folder_above
  vm/test_v2_places.py::test_in_a_container_all_moves_to_a_leaf)
VM_V1=(vm/test_mode.py e2e/test_rootless.py::test_limits_hold)
VM_SOAK=(vm e2e/test_rootless.py e2e/test_stop.py e2e/test_stop_trees.py e2e/test_limits.py
  e2e/test_isolation.py e2e/test_warm.py)
# Not what takes a compiler, or is about speed: an emulated machine is too slow for that.
VM_SLOW="c- or cpp or csharp or node or java or every_language or other_languages"
VM_SOAK+=(-k "not ($VM_SLOW or during_a_fork_bomb)")

# How many tests run at once. Most of them wait for a process, so there may be more than cores.
TEST_JOBS=${TEST_JOBS:-$(($(nproc) * 2))}

run_suites() {
  prepare build test
  stages_begin
  local suite
  local -A built=()
  for suite in "$@"; do
    declare -F "suite_$suite" >/dev/null || die "no such suite: $suite (${ALL_SUITES[*]} soak)"
  done
  for suite in "$@"; do "suite_$suite" || true; done
  stages_end
}

# need PRESET [TARGET…]: builds it if this call has not yet; fails if that failed.
need() {
  local preset=$1
  if [[ -z ${built[$preset]:-} ]]; then
    built[$preset]=yes
    step "build-$preset" build_preset "$@" || built[$preset]=no
  fi
  [[ ${built[$preset]} == yes ]]
}

# --- suites --------------------------------------------------------------------------------------

suite_tools() { stage tools pytest_in tools tools; }

suite_web() {
  [[ -f web/package.json ]] || return 0
  stage web web_tests
}

suite_unit() {
  need debug || { stage_impossible unit "the debug preset was not built"; return 1; }
  stage unit ctest_in debug unit
}

suite_e2e() {
  need release leash || { stage_impossible e2e "the release preset was not built"; return 1; }
  stage e2e pytest_e2e e2e release tests/e2e
}

# The attacks, one after the other on each worker's server; at its end the table of how they ended.
suite_corpus() {
  need release leash || { stage_impossible corpus "the release preset was not built"; return 1; }
  stage corpus pytest_e2e corpus release tests/corpus
}

# Each layer of the sandbox left out, which only the debug preset can: its attack must succeed then.
suite_controls() {
  need debug || { stage_impossible controls "the debug preset was not built"; return 1; }
  stage controls pytest_e2e controls debug tests/controls
}

suite_vm() {
  need release leash || { stage_impossible vm "the release preset was not built"; return 1; }
  stage vm-v2 vm_tests v2 vm-v2 "${VM_V2[@]}"
  stage vm-v1 vm_tests v1 vm-v1 "${VM_V1[@]}"
}

suite_browser() {
  need release leash || { stage_impossible browser "the release preset was not built"; return 1; }
  stage browser browser_tests
}

# The life-cycle tests once more, against the server that is built with ASan and UBSan.
suite_sanitize() {
  need debug || { stage_impossible sanitize "the debug preset was not built"; return 1; }
  local files=("${LIFE_CYCLE[@]/#/tests/e2e/test_}")
  stage sanitize pytest_e2e sanitize debug "${files[@]/%/.py}"
}

# The layers with threads, and races against the whole server, with ThreadSanitizer.
suite_tsan() {
  local targets=(leash) folder
  for folder in "${TSAN_FOLDERS[@]}"; do
    [[ ! -f src/$folder/CMakeLists.txt ]] || targets+=("leash_${folder}_test")
  done
  need tsan "${targets[@]}" || { stage_impossible tsan "the tsan preset was not built"; return 1; }
  local names
  names=$(IFS='|' && printf '%s' "${TSAN_FOLDERS[*]}")
  stage tsan ctest_in tsan tsan --tests-regex "^($names)\\."
  local files=("${TSAN_SERVER[@]/#/tests/e2e/test_}")
  stage tsan-server pytest_e2e tsan-server tsan "${files[@]/%/.py}"
}

# Each target for a few seconds: what was found before stays mended, and the targets stay true.
suite_fuzz() {
  prepare fuzz
  need fuzz || { stage_impossible fuzz "the fuzz preset was not built"; return 1; }
  stage fuzz fuzz_targets fuzz "${LEASH_FUZZ_SECONDS:-10}"
}

suite_soak() {
  if ! compgen -G 'tests/soak/test_*.py' >/dev/null; then
    stage_impossible soak "there is no soak test yet: tests/soak has no test_*.py"
    return 1
  fi
  need release leash leash_service_history_test ||
    { stage_impossible soak "the release preset was not built"; return 1; }
  stage soak-release soak_tests release
  need tsan leash || { stage_impossible soak-tsan "the tsan preset was not built"; return 1; }
  stage soak-tsan soak_tests tsan -k races
  LEASH_VM_LANGUAGES=all LEASH_VM_SECONDS=3600 stage vm-v2-soak vm_tests v2 vm-v2-soak "${VM_SOAK[@]}"
  stage vm-hybrid vm_tests hybrid vm-hybrid vm/test_mode.py
  prepare fuzz
  need fuzz || { stage_impossible soak-fuzz "the fuzz preset was not built"; return 1; }
  stage soak-fuzz fuzz_targets soak-fuzz "${LEASH_SOAK_FUZZ_SECONDS:-600}"
}

# --- runners -------------------------------------------------------------------------------------

# Sanitizers: any finding ends the program and so fails the test.
export ASAN_OPTIONS=${ASAN_OPTIONS:-strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

# gcc 12's ThreadSanitizer cannot map its shadow on newer kernels otherwise.
WITHOUT_ASLR=(setarch -R)

ctest_in() {
  local preset=$1 name=$2
  shift 2
  # Of the tests that pass, only the count is shown.
  as_root "${WITHOUT_ASLR[@]}" ctest --test-dir "build/$preset" --parallel "$TEST_JOBS" \
    --output-on-failure --no-tests=error --output-junit "$(junit_of "$name")" "$@" |
    grep -Ev '^ +Start +[0-9]+: |^ *[0-9]+/[0-9]+ +Test +#[0-9]+: .* Passed '
}

# pytest_in NAME FILE… [OPTION…]
pytest_in() {
  local name=$1 launcher=()
  shift
  [[ ${LEASH_BIN:-} != */build/tsan/* ]] || launcher=("${WITHOUT_ASLR[@]}")
  as_root "${launcher[@]}" "$PYTHON" -m pytest -p no:cacheprovider -q --color=no \
    --junitxml "$(junit_of "$name")" "$@"
}

# pytest_e2e NAME PRESET FILE…
pytest_e2e() {
  local name=$1 preset=$2
  shift 2
  export LEASH_BIN=$ROOT/build/$preset/leash
  pytest_in "$name" "$@" -n "$TEST_JOBS" --durations 5
}

# soak_tests PRESET [OPTION…]
soak_tests() {
  local preset=$1
  shift
  export LEASH_BIN=$ROOT/build/$preset/leash
  pytest_in "soak-$preset" tests/soak --capture=no --timeout=0 "$@"
}

# vm_tests MODE NAME FILE…
vm_tests() {
  local mode=$1 name=$2
  shift 2
  export LEASH_BIN=$ROOT/build/release/leash
  as_root "$PYTHON" tests/vm/run.py "$mode" "$(junit_of "$name")" "$@"
}

# fuzz_targets NAME SECONDS
fuzz_targets() {
  "$PYTHON" tools/fuzz.py "$2" --junit "$(junit_of "$1")"
}

web_tests() {
  npm_packages web
  cd web
  npm run check
  npm test -- --reporter=default --reporter=junit --outputFile.junit="$(junit_of web)"
}

browser_tests() {
  npm_packages tests/browser
  cd tests/browser
  LEASH_BIN=$ROOT/build/release/leash as_root node --test --test-concurrency=1 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="$(junit_of browser)"
}
