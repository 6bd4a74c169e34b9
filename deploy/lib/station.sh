# shellcheck shell=bash
# The two programs of a station: folders, start, health, and the links of this start.

make_folders() {
  local slot folders=()
  for ((slot = 1; slot <= SLOTS; slot++)); do folders+=("$(slot_folder "$slot")"); done
  if [[ ! -d $DATA ]]; then
    (umask 022 && mkdir -p -- "$DATA")
    # The user of PostgreSQL passes through to its own folder and can list nothing.
    chmod 0711 -- "$DATA"
  fi
  (umask 022 && mkdir -p -- "${folders[@]}")
  # Footage and keys are nobody's business but the station's: other users of the machine pass by.
  (umask 077 && mkdir -p -- "$DATA"/{keys,run,logs,spool,store})
  chmod 0700 -- "$DATA"/{keys,run,logs,spool,store}
}

slot_folder() {
  printf '%s/docks/slot-%02d' "$DATA" "$1"
}

# One station a data folder. The children inherit the lock, so that it also outlives a killed script until they are gone.
lock_data() {
  exec {DATA_LOCK}>>"$DATA/run/deploy-run.lock"
  if ! flock --nonblock "$DATA_LOCK"; then
    local other
    other=$(cat "$DATA/run/deploy-run.pid" 2>/dev/null) || true
    if [[ -n $other ]] && is_running "$other"; then
      stop_with 1 "deploy/run already runs on '$DATA' (process $other): stop that one first, or choose another folder with --data DIR."
    fi
    say 'waiting for the processes of an earlier start to stop …'
    signal_lock_holders TERM
    if ! flock --wait 20 "$DATA_LOCK"; then
      signal_lock_holders KILL
      if ! flock --wait 10 "$DATA_LOCK"; then
        stop_with 1 "Processes of an earlier start still work on '$DATA': stop them, then start again."
      fi
    fi
  fi
  printf '%s\n' "$$" >"$DATA/run/deploy-run.pid"
}

# Who holds the lock was started by a deploy/run on this folder, directly or not.
signal_lock_holders() {
  local descriptor process
  for descriptor in /proc/[0-9]*/fd/*; do
    if [[ $descriptor -ef $DATA/run/deploy-run.lock ]]; then
      process=${descriptor#/proc/}
      process=${process%%/*}
      if [[ $process != "$$" ]]; then kill -s "$1" "$process" 2>/dev/null || true; fi
    fi
  done
}

# A log of an earlier month must not fill the disk: one predecessor of at most 20 MiB is kept.
turn_logs() {
  local log
  for log in "$DATA"/logs/*.log; do
    if [[ -f $log && $(stat -c %s "$log") -gt 20971520 ]]; then mv -f -- "$log" "$log.1"; fi
  done
}

exec_ingest() {
  load_settings settings
  cd "$REPOSITORY/src/Ingest" || exit
  umask 077
  exec_child TERM -- dotnet "$INGEST_PROGRAM" run --role dock,work
}

# wwwroot is looked for in the working folder.
exec_api() {
  load_settings settings api
  cd "$REPOSITORY/src/Api" || exit
  umask 077
  exec_child TERM -- dotnet "$API_PROGRAM"
}

# Alone in having the owner of the database.
exec_migration() {
  load_settings settings owner
  exec_child TERM -- dotnet "$INGEST_PROGRAM" migrate
}

migrate() {
  local log=$DATA/logs/migrate.log
  if ! run_to_end exec_migration >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    stop_with 1 "The database could not be migrated; the whole log is '$log'."
  fi
}

# ask URL [curl option…]: prints the body, then the status code as a line of its own; 000 when nobody answers.
# It asks this machine only, so neither a proxy nor the name in the certificate matters.
ask() {
  curl --silent --show-error --noproxy '*' --insecure --max-time 5 --write-out '\n%{http_code}' "$@" 2>/dev/null || true
}

# wait_for_health NAME URL SECONDS: a program that reports a fault (503) for 15 s does run: the fault is told, not hidden.
wait_for_health() {
  local name=$1 url=$2 deadline=$((SECONDS + $3)) answer='' status=000 fault_since=''
  while ((SECONDS < deadline)); do
    check_children
    answer=$(ask "$url")
    status=${answer##*$'\n'}
    if [[ $status == 200 ]]; then return; fi
    if [[ $status != 503 ]]; then fault_since=''; else fault_since=${fault_since:-$SECONDS}; fi
    if [[ -n $fault_since ]] && ((SECONDS - fault_since >= 15)); then
      say "$name runs with faults, the health page tells what to do: ${answer%$'\n'*}"
      return
    fi
    nap 0.3
  done
  tail -n 20 "${CHILD_LOGS[-1]}" >&2
  stop_with 1 "$name did not answer at $url within $3 s; its log is '${CHILD_LOGS[-1]}'."
}

role_words() {
  case "$1" in
    system_administrator) printf '系统管理员 / system administrator' ;;
    security_administrator) printf '安全管理员 / security administrator' ;;
    auditor) printf '审计人员 / auditor' ;;
    reviewer) printf '审核人员 / reviewer' ;;
    officer) printf '执法人员 / officer' ;;
    device_administrator) printf '设备管理员 / device administrator' ;;
    leader) printf '单位负责人 / leader' ;;
    *) printf '%s' "$1" ;;
  esac
}

# Behind a proxy the program refuses plain http, so a link with our own address would not open.
link_base() {
  if $BEHIND_PROXY; then printf "https://ADDRESS-OF-THE-PROXY"; else printf '%s' "$PUBLIC_URL"; fi
}

# Links are secrets that open once: they are printed here and nowhere else, and the file goes.
show_setup_links() {
  local file=$DATA/run/setup-links role path title=true
  SAMPLE_LINK=
  if [[ ! -f $file ]]; then return; fi
  while read -r role path; do
    if [[ -z $path ]]; then continue; fi
    if [[ $role == sample ]]; then
      SAMPLE_LINK=$(link_base)$path
      continue
    fi
    if $title; then
      say '' '开户链接，每个只能用一次 / set-up links, each makes one account:'
      title=false
    fi
    say "  $(role_words "$role"): $(link_base)$path"
  done <"$file"
  rm -f -- "$file"
}
