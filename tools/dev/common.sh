# Shared by ./dev and its parts: what is said, where logs go, what runs as root.

export DEBIAN_FRONTEND=noninteractive
export PYTHONDONTWRITEBYTECODE=1

# Neither a login shell nor a terminal is certain: CI may start without HOME.
if [[ -z ${HOME:-} ]]; then
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME
fi

# Clones in different folders share what they compiled.
export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$ROOT}
export CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-true}
export CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-4G}

LOG_DIR=$ROOT/build/log
PYTHON=/usr/bin/python3 # Debian's; another python3 may come first on PATH

say() { printf '%s\n' "$*"; }
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

on_terminal() { [[ -t 1 && -z ${CI:-} ]]; }
on_terminal || export NO_COLOR=1

# The settings that sudo would drop and that our programs and tests read.
kept_settings() {
  env | grep -E '^(HOME|PATH|CI|TERM|LANG|LEASH_[A-Z0-9_]*|PYTHON[A-Z]*|XDG_STATE_HOME)=' || true
}

# as_root COMMAND…: the command with root's rights: as it is for root, else through sudo.
as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    command -v sudo >/dev/null || die "this needs root's rights: call it as root, or install sudo"
    local kept
    mapfile -t kept < <(kept_settings)
    sudo -- env "${kept[@]}" "$@"
  fi
}

# replace_as_root COMMAND…: the same in place of this shell, so that signals reach the command.
replace_as_root() {
  if ((EUID == 0)); then
    exec "$@"
  fi
  command -v sudo >/dev/null || die "this needs root's rights: call it as root, or install sudo"
  local kept
  mapfile -t kept < <(kept_settings)
  exec sudo -- env "${kept[@]}" "$@"
}
