# shellcheck shell=bash
# A private PostgreSQL cluster: UTF-8, SCRAM passwords, loopback TCP only, no socket in a shared folder, no superuser that can log in.
# Its server never runs as root.

POSTGRES_PROGRAMS=
AS_POSTGRES_USER=()
POSTGRES_USER_NAME=
INITDB_OPTIONS=()

# Prints the folder of initdb and postgres of the newest server installed, or nothing.
newest_postgres_programs() {
  local programs
  while IFS= read -r programs; do
    if [[ -x $programs/initdb && -x $programs/postgres ]]; then
      printf '%s' "$programs"
      return
    fi
  done < <(
    printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort --reverse
    if has initdb; then dirname -- "$(realpath -- "$(command -v initdb)")"; fi
  )
}

# choose_postgres CLUSTER: an existing cluster needs the server version that made it.
choose_postgres() {
  local cluster=$1 version
  POSTGRES_PROGRAMS=$(newest_postgres_programs)
  if [[ -f $cluster/PG_VERSION ]]; then
    version=$(<"$cluster/PG_VERSION")
    if [[ -x /usr/lib/postgresql/$version/bin/postgres ]]; then
      POSTGRES_PROGRAMS=/usr/lib/postgresql/$version/bin
    elif [[ $("$POSTGRES_PROGRAMS/postgres" --version) != *" $version."* ]]; then
      stop_with 3 "The database in '$cluster' was made by PostgreSQL $version, which is not installed: install postgresql-$version, then start again."
    fi
  fi
  if ((EUID == 0)); then
    POSTGRES_USER_NAME=postgres
    if ! id postgres >/dev/null 2>&1; then POSTGRES_USER_NAME=nobody; fi
    AS_POSTGRES_USER=(--reuid "$POSTGRES_USER_NAME" --regid "$(id -g "$POSTGRES_USER_NAME")" --init-groups)
  fi
}

# Runs a command as the user of the cluster, from a folder that this user can be in.
as_postgres() {
  if ((EUID == 0)); then
    env -C / setpriv "${AS_POSTGRES_USER[@]}" -- "$@"
  else
    env -C / "$@"
  fi
}

# check_reach FOLDER: the user of the cluster must be able to enter it.
check_reach() {
  local folder=$1 part='' name
  if ((EUID != 0)); then return; fi
  while IFS= read -r -d / name; do
    part+=${name:+/$name}
    if ! as_postgres test -x "${part:-/}"; then
      stop_with 3 "PostgreSQL runs as the user '$POSTGRES_USER_NAME', who can't enter '${part:-/}': choose a folder elsewhere with --data DIR, or allow it (chmod o+x '${part:-/}')."
    fi
  done <<<"$folder/"
}

# prepare_cluster CLUSTER OWNER_PASSWORD_FILE APP_PASSWORD_FILE LOG [OWNER_ATTRIBUTES]
# Makes the cluster, or nothing: it is built under another name and renamed when complete.
prepare_cluster() {
  local cluster=$1 log=$4
  check_reach "$(dirname -- "$cluster")"
  if [[ -f $cluster/PG_VERSION ]]; then return; fi
  rm -rf -- "$cluster.new"
  mkdir -m 0700 -- "$cluster.new"
  if ((EUID == 0)); then chown "$POSTGRES_USER_NAME": -- "$cluster.new"; fi
  if ! as_postgres "$POSTGRES_PROGRAMS/initdb" --pgdata "$cluster.new" --username postgres --encoding UTF8 --locale C.UTF-8 \
    --auth scram-sha-256 --auth-local reject "${INITDB_OPTIONS[@]}" >>"$log" 2>&1; then
    tail -n 10 "$log" >&2
    stop_with 1 "PostgreSQL could not make its cluster in '$cluster'; the lines above say why."
  fi
  # One command a line; the superuser has no password, so nobody can log in as it.
  run_alone "$cluster.new" "$log" <<SQL
CREATE ROLE yaoan_owner LOGIN ${5:-} PASSWORD '$(<"$2")'
CREATE ROLE yaoan_app LOGIN PASSWORD '$(<"$3")'
CREATE DATABASE yaoan OWNER yaoan_owner
REVOKE ALL ON DATABASE yaoan FROM PUBLIC
GRANT CONNECT ON DATABASE yaoan TO yaoan_app
SQL
  # Both programs have synced what they wrote.
  mv -T -- "$cluster.new" "$cluster"
  sync "$(dirname -- "$cluster")"
}

# When a password file was lost and made anew, the role takes the new password.
reset_passwords() {
  run_alone "$1" "$4" <<SQL
ALTER ROLE yaoan_owner PASSWORD '$(<"$2")'
ALTER ROLE yaoan_app PASSWORD '$(<"$3")'
SQL
}

# run_alone CLUSTER LOG: runs the SQL of stdin, one command a line, without a server. Passwords reach neither a log nor a command line.
run_alone() {
  if ! as_postgres "$POSTGRES_PROGRAMS/postgres" --single -D "$1" \
    -c log_min_error_statement=panic -c exit_on_error=on postgres >>"$2" 2>&1; then
    tail -n 5 "$2" >&2
    stop_with 1 "PostgreSQL could not set up the roles in '$1'; the lines above say why."
  fi
}

# Waits until no process of an earlier start works in CLUSTER, then removes the pid file that a killed server left behind: its number may
# belong to another process by now, which would keep the new server from starting.
clear_stale_server() {
  local cluster=$1 pid tenths=200
  if [[ ! -f $cluster/postmaster.pid ]]; then return; fi
  while pid=$(process_in "$cluster"); do
    if ((tenths == 200)); then say "waiting for the PostgreSQL of an earlier start to stop …"; fi
    # The first line is the server; INT is its fast shutdown. Its children follow it by themselves.
    kill -s INT "$(head -n 1 "$cluster/postmaster.pid" 2>/dev/null || echo "$pid")" 2>/dev/null || true
    if ((tenths-- == 0)); then
      stop_with 1 "A PostgreSQL of an earlier start (process $pid) still works in '$cluster': stop it, then start again."
    fi
    nap 0.1
  done
  rm -f -- "$cluster/postmaster.pid"
}

# Prints one process whose working folder is CLUSTER, as that of the server and each of its children is; fails when there is none.
process_in() {
  local process
  for process in /proc/[0-9]*; do
    if [[ $process/cwd -ef $1 ]]; then
      printf '%s' "${process#/proc/}"
      return 0
    fi
  done
  return 1
}

# start_postgres CLUSTER PORT_FILE LOG [-c SETTING…]: afterwards the server answers on POSTGRES_PORT.
start_postgres() {
  local cluster=$1 port_file=$2 log=$3 attempt tenths
  shift 3
  clear_stale_server "$cluster"
  for attempt in 1 2 3; do
    POSTGRES_PORT=$(remembered_port "$port_file")
    start_child PostgreSQL "$log" INT 20 exec_postgres "$cluster" "$@"
    for ((tenths = 600; tenths > 0; tenths--)); do
      if is_server_ready "$cluster" "${CHILD_PIDS[-1]}"; then return; fi
      if ! is_running "${CHILD_PIDS[-1]}"; then break; fi
      nap 0.1
    done
    # Somebody may have taken the port between the look and the start: try another one.
    if ((attempt < 3)) && ! is_running "${CHILD_PIDS[-1]}" && tail -n 5 "$log" | grep -q 'could not bind\|could not create any TCP'; then
      rm -f -- "$port_file"
      forget_last_child
      continue
    fi
    break
  done
  check_children
  stop_with 1 "PostgreSQL did not become ready within 60 s; see '$log'."
}

# Millions of clips want more than PostgreSQL's own defaults, which fit machines of 1 GB. Compiling a query costs more than our longest one takes.
# memory_settings: SETTINGS by the machine's memory.
memory_settings() {
  local kib shared
  kib=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
  shared=$((kib / 8192))
  if ((shared > 2048)); then shared=2048; fi
  if ((shared < 128)); then shared=128; fi
  SETTINGS=(-c shared_buffers="${shared}MB" -c effective_cache_size="$((kib / 2048))MB" -c random_page_cost=1.1 -c jit=off)
}

exec_postgres() {
  local cluster=$1 SETTINGS
  shift
  memory_settings
  cd /
  exec_child INT "${AS_POSTGRES_USER[@]}" -- "$POSTGRES_PROGRAMS/postgres" -D "$cluster" \
    -c listen_addresses=127.0.0.1 -c port="$POSTGRES_PORT" -c unix_socket_directories= -c max_connections=200 \
    -c timezone=UTC -c log_timezone=UTC -c log_min_error_statement=panic -c cluster_name=yaoan "${SETTINGS[@]}" "$@"
}

# The server writes its state as the eighth line of its pid file.
is_server_ready() {
  local lines=()
  mapfile -t lines 2>/dev/null <"$1/postmaster.pid" || return 1
  [[ ${lines[0]:-} == "$2" && ${lines[7]:-} == ready* ]]
}

# connection_string ROLE PASSWORD_FILE
connection_string() {
  printf 'Host=127.0.0.1;Port=%s;Database=yaoan;Username=%s;Password=%s;Search Path=yaoan;Maximum Pool Size=60' "$POSTGRES_PORT" "$1" "$(<"$2")"
}
