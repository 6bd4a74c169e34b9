# shellcheck shell=bash
# A private PostgreSQL for tests and benchmarks in a folder that goes with the script.
#   YAOAN_TEST_DB      connection string of yaoan_owner, who may create databases
#   YAOAN_TEST_APP_DB  connection string of yaoan_app
#   YAOAN_TEST_DB_FOLDER, YAOAN_TEST_DB_LOG  its folder and log, for benchmarks that print query plans

WORK_FOLDER=

make_work_folder() {
  WORK_FOLDER=$(mktemp -d -t yaoan.XXXXXXXX)
  chmod 0711 "$WORK_FOLDER"
  APT_LOG=$WORK_FOLDER/packages.log
}

remove_work_folder() {
  if [[ -n $WORK_FOLDER ]]; then rm -rf -- "$WORK_FOLDER"; fi
}

# start_test_database [-c SETTING…]
start_test_database() {
  local cluster=$WORK_FOLDER/postgres owner=$WORK_FOLDER/owner.password app=$WORK_FOLDER/app.password log=$WORK_FOLDER/postgres.log
  ensure_secret "$owner" || true
  ensure_secret "$app" || true
  choose_postgres "$cluster"
  # What a power cut would lose here is of no worth.
  INITDB_OPTIONS=(--no-sync)
  prepare_cluster "$cluster" "$owner" "$app" "$log" CREATEDB
  start_postgres "$cluster" "$WORK_FOLDER/postgres.port" "$log" -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=500 "$@"
  YAOAN_TEST_DB=$(connection_string yaoan_owner "$owner")
  YAOAN_TEST_APP_DB=$(connection_string yaoan_app "$app")
  YAOAN_TEST_DB_FOLDER=$cluster
  YAOAN_TEST_DB_LOG=$log
  export YAOAN_TEST_DB YAOAN_TEST_APP_DB YAOAN_TEST_DB_FOLDER YAOAN_TEST_DB_LOG
}
