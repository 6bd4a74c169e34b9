# shellcheck shell=bash
# Starts, watches and stops the processes of a script. Guarantee: when the script ends, none of them is left, whatever the reason.
# Each runs in a session of its own, so that Ctrl-C reaches the script alone and the script stops them in order; each gets a stop signal
# from the kernel when the script itself is killed.

CHILD_NAMES=()
CHILD_PIDS=()
CHILD_SIGNALS=()
CHILD_GRACE=()
CHILD_LOGS=()
CURRENT_COMMAND=
CURRENT_NAP=
AFTER_STOP=:

# stop_everything_at_exit COMMAND CODE: COMMAND runs when all children are gone; a signal ends the script with CODE.
stop_everything_at_exit() {
  AFTER_STOP=$1
  # shellcheck disable=SC2064 # the code is known now
  trap "exit $2" INT TERM HUP
  trap stop_everything EXIT
}

# A shell that starts with SIGINT ignored (a background job of a script) can't trap it: start again with the default.
accept_interrupts() {
  local ignored
  ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$$/status" 2>/dev/null) || return 0
  if [[ -n $ignored ]] && ((0x${ignored: -1} & 2)) && [[ -z ${YAOAN_INTERRUPTS_ACCEPTED:-} ]]; then
    YAOAN_INTERRUPTS_ACCEPTED=1 exec env --default-signal=INT bash "$@"
  fi
  unset YAOAN_INTERRUPTS_ACCEPTED
}

# start_child NAME LOG SIGNAL GRACE COMMAND…: SIGNAL asks it to stop, GRACE seconds later it is killed. COMMAND may be a function that
# ends in `exec_child`.
start_child() {
  local name=$1 log=$2 signal=$3 grace=$4
  shift 4
  ("$@") </dev/null >>"$log" 2>&1 &
  CHILD_PIDS+=("$!") CHILD_NAMES+=("$name") CHILD_SIGNALS+=("$signal") CHILD_GRACE+=("$grace") CHILD_LOGS+=("$log")
}

# exec_child SIGNAL [setpriv options] -- COMMAND…: becomes the command, which gets SIGNAL when the script dies.
exec_child() {
  local signal=$1
  shift
  exec setsid setpriv --pdeathsig "$signal" "$@"
}

# For a child that ended and is started anew.
forget_last_child() {
  wait "${CHILD_PIDS[-1]}" 2>/dev/null || true
  unset 'CHILD_PIDS[-1]' 'CHILD_NAMES[-1]' 'CHILD_SIGNALS[-1]' 'CHILD_GRACE[-1]' 'CHILD_LOGS[-1]'
}

# Runs a command, or a function that ends in `exec_child`, to its end; a signal to the script stops it at once.
# The caller redirects its output.
run_to_end() {
  local outcome=0
  if declare -F "$1" >/dev/null; then
    ("$@") </dev/null &
  else
    (exec_child TERM -- "$@") </dev/null &
  fi
  CURRENT_COMMAND=$!
  wait "$CURRENT_COMMAND" || outcome=$?
  CURRENT_COMMAND=
  return "$outcome"
}

nap() {
  sleep "$1" &
  CURRENT_NAP=$!
  wait "$CURRENT_NAP" || true
  CURRENT_NAP=
}

is_running() {
  kill -0 "$1" 2>/dev/null
}

# Ends the script with 1 when a child has died, naming it and showing its last words.
check_children() {
  local i outcome
  for i in "${!CHILD_PIDS[@]}"; do
    if is_running "${CHILD_PIDS[i]}"; then continue; fi
    outcome=0
    { wait "${CHILD_PIDS[i]}" || outcome=$?; } 2>/dev/null
    {
      printf '%s stopped unexpectedly (exit status %s). The last lines of %s:\n' "${CHILD_NAMES[i]}" "$outcome" "${CHILD_LOGS[i]}"
      tail -n 20 "${CHILD_LOGS[i]}" 2>/dev/null | sed 's/^/  /'
    } >&2
    exit 1
  done
}

watch_children() {
  while true; do
    check_children
    nap 1
  done
}

# stop_process PID SIGNAL GRACE: afterwards the process and its group are gone.
stop_process() {
  local pid=$1 signal=$2 tenths=$(($3 * 10))
  kill -s "$signal" "$pid" 2>/dev/null || true
  while ((tenths-- > 0)) && is_running "$pid"; do sleep 0.1; done
  kill -s KILL -- "-$pid" 2>/dev/null || true
  kill -s KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

stop_everything() {
  local outcome=$? i
  # From here on the stop is bounded by the grace periods; a second Ctrl-C must not leave anything behind.
  trap '' INT TERM HUP
  trap - EXIT
  set +e
  if [[ -n $CURRENT_NAP ]]; then kill "$CURRENT_NAP" 2>/dev/null; fi
  if [[ -n $CURRENT_COMMAND ]]; then
    kill -s TERM -- "-$CURRENT_COMMAND" 2>/dev/null
    stop_process "$CURRENT_COMMAND" TERM 5
  fi
  # Without the shell's own lines about children that were killed: what the script said last must stay the last line.
  {
    for ((i = ${#CHILD_PIDS[@]} - 1; i >= 0; i--)); do
      stop_process "${CHILD_PIDS[i]}" "${CHILD_SIGNALS[i]}" "${CHILD_GRACE[i]}"
    done
    # A job that a signal kept from being recorded.
    for i in $(jobs -p); do stop_process "$i" TERM 5; done
  } 2>/dev/null
  "$AFTER_STOP"
  exit "$outcome"
}
