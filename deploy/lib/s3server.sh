# shellcheck shell=bash
# A real S3 server for tests: Ceph's RADOS Gateway with one monitor and one storage daemon, on loopback, in a folder that goes with the script.
# One copy of everything and no authentication between the daemons: never for evidence.
#   YAOAN_TEST_S3         http://127.0.0.1:PORT
#   YAOAN_TEST_S3_ACCESS  access key
#   YAOAN_TEST_S3_SECRET  secret key
# YAOAN_TEST_S3_FOLDER holds 'gateway.pid', for tests that kill it.

S3_CONFIGURATION=

find_missing_for_s3() {
  need radosgw radosgw radosgw-admin
  need ceph-mon ceph-mon monmaptool
  need ceph-osd ceph-osd
  need ceph-common ceph ceph-authtool
  # Reads back what the station stored, so that not only our own reader says what lies there.
  need rclone rclone
}

# start_s3_server FOLDER: afterwards the server answers and the variables are set, or the script has ended with 1.
start_s3_server() {
  local folder=$1 port monitor id
  mkdir -p "$folder"/{monitor,storage,log,run}
  port=$(remembered_port "$folder/port")
  monitor=$(remembered_port "$folder/monitor.port")
  S3_CONFIGURATION=$folder/ceph.conf
  YAOAN_TEST_S3=http://127.0.0.1:$port
  YAOAN_TEST_S3_ACCESS=$(od -An -N10 -tx1 /dev/urandom | tr -d ' \n')
  YAOAN_TEST_S3_SECRET=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')
  YAOAN_TEST_S3_FOLDER=$folder
  export YAOAN_TEST_S3 YAOAN_TEST_S3_ACCESS YAOAN_TEST_S3_SECRET YAOAN_TEST_S3_FOLDER
  id=$(</proc/sys/kernel/random/uuid)
  write_s3_configuration "$folder" "$port" "$monitor" "$id" >"$S3_CONFIGURATION"
  : >"$folder/keyring"
  s3_step "$folder" monmaptool --create --clobber --fsid "$id" --addv a "[v2:127.0.0.1:$monitor]" "$folder/monmap"
  s3_step "$folder" ceph-authtool -C "$folder/keyring" -n mon. --gen-key --cap mon 'allow *'
  s3_step "$folder" ceph-mon -c "$S3_CONFIGURATION" -i a --mkfs --monmap "$folder/monmap" --keyring "$folder/keyring"
  start_child 'the S3 monitor' "$folder/log/monitor.out" KILL 1 exec_child KILL -- ceph-mon -c "$S3_CONFIGURATION" -i a -f
  id=$(</proc/sys/kernel/random/uuid)
  s3_until "$folder" timeout 20 ceph -c "$S3_CONFIGURATION" --connect-timeout 10 osd new "$id"
  s3_step "$folder" ceph-osd -c "$S3_CONFIGURATION" -i 0 --mkfs --osd-uuid "$id"
  start_child 'the S3 storage' "$folder/log/storage.out" KILL 1 exec_child KILL -- ceph-osd -c "$S3_CONFIGURATION" -i 0 -f
  s3_until "$folder" s3_storage_is_up
  s3_step "$folder" timeout 90 radosgw-admin -c "$S3_CONFIGURATION" user create --uid=tests --display-name=tests \
    --access-key="$YAOAN_TEST_S3_ACCESS" --secret-key="$YAOAN_TEST_S3_SECRET"
  start_child 'the S3 gateway' "$folder/log/gateway.out" KILL 1 exec_child KILL -- "$REPOSITORY/deploy/lib/s3gateway" "$S3_CONFIGURATION" "$folder/gateway.pid"
  s3_until "$folder" curl -fsS -o /dev/null --max-time 2 "$YAOAN_TEST_S3/swift/healthcheck"
}

s3_storage_is_up() {
  timeout 20 ceph -c "$S3_CONFIGURATION" osd stat -f json 2>/dev/null | grep -q '"num_up_osds":1'
}

s3_step() {
  local folder=$1
  shift
  if ! run_to_end "$@" >>"$folder/log/steps.out" 2>&1; then
    tail -n 15 "$folder/log/steps.out" >&2
    stop_with 1 "The S3 server for tests could not be prepared: $1 failed."
  fi
}

s3_until() {
  local folder=$1 end=$((SECONDS + 90))
  shift
  until "$@" >/dev/null 2>&1; do
    check_children
    if ((SECONDS > end)); then
      tail -n 15 "$folder"/log/*.out >&2
      stop_with 1 "The S3 server for tests did not come up: '$1' had no success for 90 s."
    fi
    nap 0.3
  done
}

write_s3_configuration() {
  local folder=$1 port=$2 monitor=$3 id=$4
  cat <<SETTINGS
[global]
fsid = $id
mon_host = [v2:127.0.0.1:$monitor/0]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# The gateway asks the monitor for an encrypted connection unless told not to, and without keys waits for it for ever.
ms_mon_client_mode = crc
ms_cluster_mode = crc
ms_service_mode = crc
ms_client_mode = crc
run_dir = $folder/run
pid_file =
admin_socket =
log_file = $folder/log/\$name.log
log_to_stderr = false
err_to_stderr = true
crash_dir = $folder/log
keyring = $folder/keyring
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 2
osd_pool_default_pgp_num = 2
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_data_avail_crit = 1
mon_data_avail_warn = 2
[mon]
mon_data = $folder/monitor
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
mon_osd_initial_require_min_compat_client = luminous
[osd]
osd_data = $folder/storage
osd_objectstore = bluestore
bluestore_block_create = true
bluestore_block_size = $((16 << 30))
bluestore_block_db_create = false
bluestore_block_wal_create = false
bluestore_cache_autotune = false
bluestore_cache_size = 134217728
osd_op_num_shards = 2
osd_class_load_list = *
osd_class_default_list = *
[client]
rgw_data = $folder/run
rgw_frontends = beast endpoint=127.0.0.1:$port
rgw_thread_pool_size = 64
rgw_run_sync_thread = false
rgw_enable_usage_log = false
rgw_enable_ops_log = false
rgw_relaxed_region_enforcement = true
# Space of deleted objects is free after half a minute instead of two hours, so that tests don't fill the file.
rgw_gc_obj_min_wait = 30
rgw_gc_processor_period = 30
SETTINGS
}
