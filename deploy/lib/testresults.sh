# shellcheck shell=bash
# Runs test projects one after the other and adds up what their result files say.

PASSED=0
FAILED=0
SKIPPED=0
# What failed and why, to be said again at the end: who reads only the last lines of a long run must find it there.
FAILURES=()

# count_failure SENTENCE: something that is no single test went wrong.
count_failure() {
  FAILED=$((FAILED + 1))
  FAILURES+=("$1")
  printf 'FAILED: %s\n' "$1" >&2
}

# failures_of FILE.trx: each test that failed, with the first lines of its reason.
failures_of() {
  awk '
    /<UnitTestResult / {
      failed = /outcome="(Failed|Error|Timeout|Aborted)"/
      reason = 0
      if (failed && match($0, /testName="[^"]*"/)) { print substr($0, RSTART + 10, RLENGTH - 11) }
    }
    failed && /<ErrorInfo>/ { reason = 1; next }
    failed && /<\/ErrorInfo>/ { reason = 0 }
    failed && reason && reason++ <= 24 { print "    " $0 }' "$1" |
    sed -E 's/<\/?(Message|StackTrace)>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g'
}

# run_test_project FOLDER RESULTS [FILTER]
run_test_project() {
  local name outcome=0 counters total passed failed arguments=() atmost=25m quiet=5m
  # The whole loop over fault points is one test of an hour.
  if [[ ${YAOAN_FAULTS:-} == all ]]; then atmost=5h quiet=4h; fi
  name=$(basename -- "$1")
  if [[ -n ${3:-} ]]; then arguments=(--filter "$3"); fi
  printf '== %s\n' "$name"
  run_to_end timeout --kill-after=30 "$atmost" dotnet test "$1/$name.csproj" -c Release --no-build --nologo \
    --logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$2" \
    --blame-hang-timeout "$quiet" --blame-hang-dump-type none "${arguments[@]}" || outcome=$?

  if [[ ! -f $2/$name.trx ]]; then
    # With a filter a project may have no test to run.
    if ((outcome != 0)) || [[ -z ${3:-} ]]; then count_failure "$name left no results (exit status $outcome)"; fi
    return
  fi
  counters=$(grep -o '<Counters [^>]*>' "$2/$name.trx" | head -n 1) || true
  total=$(counter total "$counters")
  passed=$(counter passed "$counters")
  # Whatever ran and did not pass (failed, error, timeout, aborted) is a failure; what did not run was skipped.
  failed=$(($(counter executed "$counters") - passed))
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  if ((failed > 0)); then FAILURES+=("$(failures_of "$2/$name.trx")"); fi
  SKIPPED=$((SKIPPED + total - passed - failed))
  if ((outcome != 0 && failed == 0)); then
    count_failure "$name ended with exit status $outcome"
  elif ((total == 0)) && [[ -z ${3:-} ]]; then
    count_failure "$name ran no test"
  fi
}

counter() {
  local pattern=" $1=\"([0-9]+)\""
  if [[ $2 =~ $pattern ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf '0'; fi
}

# run_script_tests FOLDER: the tests of the pages' scripts, by Node's own runner.
run_script_tests() {
  local name outcome=0 tap=$WORK_FOLDER/scripts.tap passed failed skipped
  name=$(basename -- "$1")
  printf '== %s\n' "$name"
  run_to_end timeout --kill-after=10 2m node --test --test-reporter=tap "$1"/*.test.mjs >"$tap" 2>&1 || outcome=$?
  passed=$(tap_count pass)
  failed=$(($(tap_count fail) + $(tap_count cancelled)))
  skipped=$(($(tap_count skipped) + $(tap_count todo)))
  if ((outcome != 0)); then FAILURES+=("$(grep -E -A 25 '^ *not ok' "$tap" || tail -n 25 "$tap")"); fi
  printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + skipped))
  if ((outcome != 0 && failed == 0)); then
    count_failure "$name ended with exit status $outcome"
  elif ((passed + failed + skipped == 0)); then
    count_failure "$name ran no test"
  fi
}

tap_count() {
  local line
  line=$(grep -E "^# $1 [0-9]+$" "$tap" | tail -n 1) || true
  printf '%s' "${line##* }" | grep -E '^[0-9]+$' || printf '0'
}

# Says again what failed, prints the last line and ends the script by what it says.
end_with_sum() {
  if ((${#FAILURES[@]} > 0)); then
    printf '== what failed\n'
    printf '%s\n' "${FAILURES[@]}"
  fi
  printf '%s passed, %s failed, %s skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  if ((FAILED > 0)); then exit 1; fi
  exit 0
}
