# shellcheck shell=bash
# Finds which Debian packages are missing and installs them when this user may.

MISSING_PACKAGES=()
APT_LOG=/dev/stderr

has() {
  command -v "$1" >/dev/null 2>&1
}

# need PACKAGE COMMAND…: the package is missing when one of its commands is.
need() {
  local package=$1 command
  shift
  for command in "$@"; do
    if ! has "$command"; then
      MISSING_PACKAGES+=("$package")
      return
    fi
  done
}

find_missing_for_run() {
  MISSING_PACKAGES=()
  if [[ -z $(newest_postgres_programs) ]]; then MISSING_PACKAGES+=(postgresql); fi
  need ffmpeg ffmpeg ffprobe
  need bubblewrap bwrap
  if ! ldconfig -p | grep -q 'libzbar\.so\.0'; then MISSING_PACKAGES+=(libzbar0); fi
  need nodejs node
  need npm npm
  need openssl openssl
  need util-linux setsid setpriv flock prlimit
  need curl curl
  if [[ ! -e /usr/share/zoneinfo/Asia/Shanghai ]]; then MISSING_PACKAGES+=(tzdata); fi
  # .NET doesn't start without it; an SDK unpacked by hand doesn't bring it.
  if ! is_switched_on "${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-}" && ! ldconfig -p | grep -q 'libicuuc\.so'; then
    MISSING_PACKAGES+=("$(icu_package)")
  fi
}

is_switched_on() {
  [[ ${1,,} == true || $1 == 1 ]]
}

# The package carries the version in its name.
icu_package() {
  case "$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_CODENAME:-}")" in
    bookworm) printf 'libicu72' ;;
    trixie) printf 'libicu76' ;;
    *) printf 'libicu-dev' ;;
  esac
}

find_missing_for_test() {
  find_missing_for_run
  need chromium chromium
  if [[ -z $(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" -iname '*CJK*' -print -quit 2>/dev/null) ]]; then
    MISSING_PACKAGES+=(fonts-noto-cjk)
  fi
}

# Programs that the benchmarks compare ours with.
find_missing_peers() {
  MISSING_PACKAGES=()
  need rsync rsync
  need rclone rclone
  need restic restic
}

# install_missing FINDER: FINDER fills MISSING_PACKAGES; afterwards nothing is missing, or the script has ended with 3.
install_missing() {
  need_dotnet
  if ! try_to_install "$1"; then name_missing; fi
}

# install_wished FINDER: what can't be had is named and left out; in CI it is missing like anything else.
install_wished() {
  if try_to_install "$1"; then return; fi
  if is_switched_on "${CI:-}"; then name_missing; fi
  say "left out, since not on this machine: ${MISSING_PACKAGES[*]}"
}

try_to_install() {
  local finder=$1 attempt
  "$finder"
  if ((${#MISSING_PACKAGES[@]} == 0)); then return 0; fi
  local as_root=()
  if ! has apt-get; then return 1; fi
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then return 1; fi
    as_root=(sudo -n)
  fi
  say "installing ${MISSING_PACKAGES[*]} …"
  # A package download or a temporary file sometimes vanishes under apt: the second attempt works.
  for attempt in 1 2; do
    if apt_install; then break; fi
    if ((attempt == 1)); then say "apt failed; trying once more …"; fi
  done
  "$finder"
  if ((${#MISSING_PACKAGES[@]} == 0)); then return 0; fi
  tail -n 15 "$APT_LOG" >&2
  return 1
}

need_dotnet() {
  if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    stop_with 3 "The .NET SDK 10 is missing: install it (https://dotnet.microsoft.com/download/dotnet/10.0), then start again."
  fi
}

name_missing() {
  stop_with 3 "Missing on this machine: ${MISSING_PACKAGES[*]}. Install them as root (apt-get install ${MISSING_PACKAGES[*]}), then start again."
}

# Runs in the foreground on purpose: a signal is handled when apt is done, so that no package is left half configured.
apt_install() {
  apt_quietly update || return 1
  local others=() package
  for package in "${MISSING_PACKAGES[@]}"; do
    if [[ $package != postgresql ]]; then others+=("$package"); fi
  done
  if ((${#others[@]} > 0)); then
    apt_quietly install "${others[@]}" || return 1
  fi
  if [[ " ${MISSING_PACKAGES[*]} " == *' postgresql '* ]]; then
    install_postgres_without_cluster || return 1
  fi
}

# The distribution's own cluster is neither made nor used: it would take a port and memory, and nobody would look after it.
install_postgres_without_cluster() {
  local drop_in=/etc/postgresql-common/createcluster.d/yaoan.conf outcome=0
  apt_quietly install postgresql-common || return 1
  "${as_root[@]}" mkdir -p "${drop_in%/*}" || return 1
  printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$drop_in" >/dev/null || return 1
  apt_quietly install postgresql || outcome=1
  "${as_root[@]}" rm -f "$drop_in"
  return "$outcome"
}

apt_quietly() {
  local verb=$1
  shift
  if [[ $verb == install ]]; then verb='install --yes --no-install-recommends'; fi
  # shellcheck disable=SC2086 # the verb and its options are words of their own
  run_in_own_session "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 $verb "$@" \
    </dev/null >>"$APT_LOG" 2>&1
}

# Keeps a Ctrl-C of the terminal away from the command, where util-linux is there to do so.
run_in_own_session() {
  if has setsid; then setsid --wait "$@"; else "$@"; fi
}
