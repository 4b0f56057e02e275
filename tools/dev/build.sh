# The build: one folder below build/ for each preset of CMakePresets.json.

export NINJA_STATUS=${NINJA_STATUS:-'[%f/%t %es] '}

# configure PRESET: only where there is no build yet; from then on ninja does it by itself.
configure() {
  local preset=$1 folder=build/$1
  if [[ ! -f $folder/build.ninja || CMakePresets.json -nt $folder/build.ninja ]]; then
    say "Configuring $folder"
    mkdir -p "$LOG_DIR"
    if ! cmake --preset "$preset" >"$LOG_DIR/configure-$preset.log" 2>&1; then
      tail -n 40 "$LOG_DIR/configure-$preset.log" >&2
      say "cmake failed; all it said is in build/log/configure-$preset.log" >&2
      return 1
    fi
  fi
}

# build_preset PRESET [TARGET…]: all targets, or these.
build_preset() {
  local preset=$1
  shift
  configure "$preset"
  local targets=("$@")
  if ((${#targets[@]})); then
    cmake --build "build/$preset" --target "${targets[@]}"
  else
    cmake --build "build/$preset"
  fi
}
