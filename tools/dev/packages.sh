# What is missing on this machine, said before it is installed: Debian packages, Node.js, npm's.

# prepare GROUP…: everything of these groups of tools/packages.txt, installed or already there.
prepare() {
  mkdir -p "$LOG_DIR"
  install_packages "$@"
  case " $* " in
    *" build "*) prepare_node ;;
  esac
}

install_packages() {
  local -A wanted=() reasons=()
  local group package have why name
  for group in "$@"; do wanted[$group]=1; done
  while read -r group package have why; do
    [[ -z $group || $group == "#"* || -z ${wanted[$group]:-} ]] && continue
    [[ $have != - ]] && command -v "$have" >/dev/null && continue
    reasons[$package]=$why
  done <tools/packages.txt
  while read -r name status; do
    [[ $status == installed ]] && unset "reasons[$name]"
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${!reasons[@]}" 2>/dev/null || true)
  ((${#reasons[@]})) || return 0

  local missing
  mapfile -t missing < <(printf '%s\n' "${!reasons[@]}" | sort)
  say "Not installed here and needed, ${#missing[@]} Debian packages:"
  for name in "${missing[@]}"; do printf '  %-30s %s\n' "$name" "${reasons[$name]}"; done
  say "Installing them with apt-get; its log is build/log/apt.log"
  : >"$LOG_DIR/apt.log"
  # The lists may be missing or older than the archive: then the first try fails, and a fresh list helps.
  keep_services_off
  if ! has_lists || ! apt_get "installing" install --no-install-recommends "${missing[@]}"; then
    apt_get "reading the archive's lists" update || fail_apt "apt-get update failed"
    apt_get "installing" install --no-install-recommends "${missing[@]}" ||
      fail_apt "apt-get could not install them"
  fi
  let_services_be
  # Nor at the next boot.
  [[ -z ${reasons[prometheus]:-} ]] || ! command -v systemctl >/dev/null ||
    as_root systemctl --quiet disable prometheus.service 2>/dev/null || true
  say "Installed."
}

# Some packages bring a service of which only a program is wanted. policy-rc.d is Debian's way to say
# that nothing is to be started while packages are installed; one that is there already is kept.
POLICY=/usr/sbin/policy-rc.d
POLICY_MARK="# by ./dev: removed again after the installation"

keep_services_off() {
  [[ ! -e $POLICY ]] || return 0
  printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | as_root tee "$POLICY" >/dev/null
  as_root chmod 755 "$POLICY"
  trap let_services_be EXIT
}

let_services_be() {
  grep -qsF "$POLICY_MARK" "$POLICY" || return 0
  as_root rm -f "$POLICY"
}

has_lists() { compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

fail_apt() {
  tail -n 20 "$LOG_DIR/apt.log" >&2
  die "$1; the end of build/log/apt.log is above"
}

apt_get() {
  local what=$1
  shift
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
    -o Acquire::Retries=3 -o APT::Status-Fd=1 "$@" </dev/null 2>&1 | show_progress "$what"
}

# Logs apt's output and shows one line of progress: in place on a terminal, else every 20 %.
show_progress() {
  local what=$1 line percent text phase="" shown=-1
  while IFS= read -r line; do
    if [[ $line =~ ^(dl|pm)status:[^:]*:([0-9]+)[0-9.]*:(.*)$ ]]; then
      [[ $phase == "${BASH_REMATCH[1]}" ]] || shown=-1
      phase=${BASH_REMATCH[1]} percent=${BASH_REMATCH[2]} text=${BASH_REMATCH[3]}
      [[ $phase == dl ]] && text="downloading"
      if on_terminal; then
        printf '\r\033[K  %s: %3d %%  %.60s' "$what" "$percent" "$text"
      elif ((percent / 20 > shown)); then
        shown=$((percent / 20))
        say "  $what: $percent % ($([[ $phase == dl ]] && echo download || echo set-up))"
      fi
    else
      printf '%s\n' "$line" >>"$LOG_DIR/apt.log"
    fi
  done
  ! on_terminal || printf '\r\033[K'
}

# --- Node.js for the page and its tests ----------------------------------------------------------

# The page's tools need Node.js 20.19, 22.12 or 24; Debian 12 has 18, which stays what runs of
# language `node` use. A newer one for the build comes from npm, as a package, and stays in build/.
NODE_PACKAGE_VERSION=22.23.3

prepare_node() {
  good_node && return 0
  local arch
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) die "the page needs Node.js 20.19 or newer, and there is no package of it for $(uname -m)" ;;
  esac
  local folder=$ROOT/build/tools/node-$NODE_PACKAGE_VERSION
  local bin=$folder/node_modules/node-linux-$arch/bin
  if [[ ! -x $bin/node ]]; then
    say "Node.js here is $(node --version 2>/dev/null || echo missing); the page needs 20.19 or newer."
    say "Fetching Node.js $NODE_PACKAGE_VERSION from npm into build/tools (nothing else uses it)"
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-audit --no-fund --no-save --loglevel=error \
      "node-linux-$arch@$NODE_PACKAGE_VERSION" </dev/null
  fi
  export PATH="$bin:$PATH"
  good_node || die "the Node.js in $bin does not start"
}

good_node() {
  local version major minor
  version=$(node --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  ((major == 20 && minor >= 19 || major == 22 && minor >= 12 || major >= 24))
}

# npm_packages FOLDER: `npm ci`, unless what is there is what the lock file says.
npm_packages() {
  local folder=$1 installed=$1/node_modules/.leash-lock
  cmp -s "$folder/package-lock.json" "$installed" && return 0
  say "Fetching npm packages for $folder"
  (cd "$folder" && npm ci --no-audit --no-fund </dev/null)
  cp "$folder/package-lock.json" "$installed"
}
