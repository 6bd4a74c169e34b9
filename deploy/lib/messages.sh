# shellcheck shell=bash
# What the scripts say. Messages for people go to stdout, reasons for stopping to stderr.
# Exit codes are those of `ingest`: 0 good, 1 finding, 2 usage, 3 something needed is missing.

say() {
  printf '%s\n' "$@"
}

# stop_with CODE SENTENCE: the sentence says what is wrong and what to do.
stop_with() {
  printf '%s\n' "$2" >&2
  exit "$1"
}
