# shellcheck shell=bash
# Options of deploy/run. Every option is also an environment variable; the command line wins.

show_help() {
  cat <<'HELP'
deploy/run [options]   sets up what is missing and runs a whole station: PostgreSQL, Ingest (dock, work) and Api

  --data DIR                     data folder (YAOAN_DATA; default: the folder 'data' of this repository)
  --port N                       port of the pages (YAOAN_PORT; 8080)
  --slots N                      number of folder slots, 1 to 64 (YAOAN_SLOTS; 8)
  --listen ADDR                  IP address of the pages (YAOAN_LISTEN; 127.0.0.1)
                                 beyond loopback it needs --tls-cert and --tls-key, or --behind-proxy
  --tls-cert FILE                PEM certificate (YAOAN_TLS_CERT)
  --tls-key FILE                 PEM key (YAOAN_TLS_KEY)
  --behind-proxy                 a reverse proxy ends TLS, and only it reaches the port (YAOAN_BEHIND_PROXY=1)
  --sample                       a synthetic recorder in slot 1 and a one-time link to its clips (YAOAN_SAMPLE=1)
  --store URL                    keep footage in S3, http(s)://HOST:PORT/BUCKET (YAOAN_STORE; default: a folder of the data folder)
  --store-access-key-file FILE   its access key (YAOAN_STORE_ACCESS_KEY_FILE)
  --store-secret-key-file FILE   its secret key (YAOAN_STORE_SECRET_KEY_FILE)
  --admin NAME                   make this system administrator without a set-up link (YAOAN_ADMIN)
  --admin-password-file FILE     its password (YAOAN_ADMIN_PASSWORD_FILE)
  --reviewer NAME                make this reviewer without a set-up link (YAOAN_REVIEWER)
  --reviewer-password-file FILE  its password (YAOAN_REVIEWER_PASSWORD_FILE)
  --no-build                     start the programs as they were built last (YAOAN_NO_BUILD=1)
  --help                         this text

Ctrl-C or SIGTERM stops all of it. Exit: 0 stopped as asked, 1 a part failed, 2 wrong use, 3 something needed is missing.
HELP
}

usage_error() {
  stop_with 2 "$1 (deploy/run --help lists the options.)"
}

is_yes() {
  case "${1,,}" in
    1 | true | yes | on) return 0 ;;
    *) return 1 ;;
  esac
}

# Sets DATA PORT SLOTS LISTEN TLS_CERT TLS_KEY BEHIND_PROXY SAMPLE BUILD STORE… ADMIN… REVIEWER…; paths become absolute.
parse_options() {
  DATA=${YAOAN_DATA:-$REPOSITORY/data}
  PORT=${YAOAN_PORT:-8080}
  SLOTS=${YAOAN_SLOTS:-8}
  LISTEN=${YAOAN_LISTEN:-127.0.0.1}
  TLS_CERT=${YAOAN_TLS_CERT:-}
  TLS_KEY=${YAOAN_TLS_KEY:-}
  BEHIND_PROXY=false
  if is_yes "${YAOAN_BEHIND_PROXY:-}"; then BEHIND_PROXY=true; fi
  SAMPLE=false
  if is_yes "${YAOAN_SAMPLE:-}"; then SAMPLE=true; fi
  BUILD=true
  if is_yes "${YAOAN_NO_BUILD:-}"; then BUILD=false; fi
  ADMIN=${YAOAN_ADMIN:-}
  ADMIN_PASSWORD_FILE=${YAOAN_ADMIN_PASSWORD_FILE:-}
  REVIEWER=${YAOAN_REVIEWER:-}
  REVIEWER_PASSWORD_FILE=${YAOAN_REVIEWER_PASSWORD_FILE:-}
  STORE=${YAOAN_STORE:-}
  STORE_ACCESS_KEY_FILE=${YAOAN_STORE_ACCESS_KEY_FILE:-}
  STORE_SECRET_KEY_FILE=${YAOAN_STORE_SECRET_KEY_FILE:-}

  while (($# > 0)); do
    # --name=value is the same as --name value.
    if [[ $1 == --*=* ]]; then
      set -- "${1%%=*}" "${1#*=}" "${@:2}"
    fi
    case "$1" in
      --help | -h)
        show_help
        exit 0
        ;;
      --behind-proxy) BEHIND_PROXY=true && shift ;;
      --sample) SAMPLE=true && shift ;;
      --no-build) BUILD=false && shift ;;
      --data | --port | --slots | --listen | --tls-cert | --tls-key | --store | --store-access-key-file | --store-secret-key-file | --admin | --admin-password-file | --reviewer | --reviewer-password-file)
        if (($# < 2)) || [[ -z $2 ]]; then usage_error "$1 needs a value."; fi
        local name=${1#--}
        name=${name//-/_}
        printf -v "${name^^}" '%s' "$2"
        shift 2
        ;;
      *) usage_error "Unknown option '$1'." ;;
    esac
  done

  check_number --port "$PORT" 1 65535
  check_number --slots "$SLOTS" 1 64
  check_account admin "$ADMIN" "$ADMIN_PASSWORD_FILE"
  check_account reviewer "$REVIEWER" "$REVIEWER_PASSWORD_FILE"
  check_store
  check_listen
  if [[ $DATA == *$'\n'* ]]; then usage_error "--data can't hold a line break."; fi
  DATA=$(realpath -m -- "$DATA")
  if [[ -e $DATA && ! -d $DATA ]]; then usage_error "--data '$DATA' is not a folder."; fi
  local file
  for file in TLS_CERT TLS_KEY STORE_ACCESS_KEY_FILE STORE_SECRET_KEY_FILE ADMIN_PASSWORD_FILE REVIEWER_PASSWORD_FILE; do
    if [[ -z ${!file} ]]; then continue; fi
    if [[ ! -r ${!file} || -d ${!file} ]]; then usage_error "The file '${!file}' can't be read."; fi
    printf -v "$file" '%s' "$(realpath -- "${!file}")"
  done
}

check_number() {
  if [[ ! $2 =~ ^[0-9]{1,5}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
    usage_error "$1 takes a number from $3 to $4, not '$2'."
  fi
}

check_account() {
  if [[ -n $2 && -z $3 ]]; then usage_error "--$1 needs --$1-password-file FILE."; fi
  if [[ -z $2 && -n $3 ]]; then usage_error "--$1-password-file needs --$1 NAME."; fi
}

check_store() {
  if [[ -z $STORE ]]; then return; fi
  if [[ ! $STORE =~ ^https?://[^/]+/[a-z0-9][a-z0-9.-]{2,54}/?$ ]]; then usage_error "--store takes http(s)://HOST:PORT/BUCKET, not '$STORE'."; fi
  if [[ -z $STORE_ACCESS_KEY_FILE || -z $STORE_SECRET_KEY_FILE ]]; then
    usage_error "--store needs --store-access-key-file FILE and --store-secret-key-file FILE."
  fi
}

# An address must be an IP literal: Kestrel binds a host name to every interface.
check_listen() {
  if [[ -n $TLS_CERT && -z $TLS_KEY ]] || [[ -z $TLS_CERT && -n $TLS_KEY ]]; then
    usage_error "--tls-cert and --tls-key belong together."
  fi
  if [[ $LISTEN == localhost ]]; then LISTEN=127.0.0.1; fi
  LISTEN=${LISTEN#[}
  LISTEN=${LISTEN%]}
  local octet='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  if [[ ! $LISTEN =~ ^$octet(\.$octet){3}$ && ! ($LISTEN == *:* && $LISTEN =~ ^[0-9A-Fa-f:.]+$) ]]; then
    usage_error "--listen takes an IP address, not '$LISTEN'."
  fi
  if [[ $LISTEN == 127.* || $LISTEN == ::1 ]]; then return; fi
  if [[ -z $TLS_CERT ]] && ! $BEHIND_PROXY; then
    usage_error "--listen $LISTEN can be reached from other machines: give --tls-cert FILE --tls-key FILE, or --behind-proxy."
  fi
}

# The address as it stands in a URL, and the one to open on this machine.
url_scheme() {
  if [[ -n $TLS_CERT ]]; then printf 'https'; else printf 'http'; fi
}

url_host() {
  if [[ $1 == *:* ]]; then printf '[%s]' "$1"; else printf '%s' "$1"; fi
}

own_host() {
  case "$LISTEN" in
    0.0.0.0) printf '127.0.0.1' ;;
    ::) printf '::1' ;;
    *) printf '%s' "$LISTEN" ;;
  esac
}
