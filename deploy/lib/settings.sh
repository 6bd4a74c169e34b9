# shellcheck shell=bash
# Writes the configuration of the programs as files of environment variables, so that deploy/ingest runs with the same.
#   DATA/run/settings.env  both programs      DATA/run/api.env  Api alone      DATA/run/owner.env  the migration alone

# A line NAME='VALUE' that any shell reads back unchanged.
setting() {
  printf "%s='%s'\n" "$1" "${2//\'/\'\\\'\'}"
}

write_settings() {
  local folder=$DATA/run catalog owner name
  catalog=$(connection_string yaoan_app "$DATA/keys/database-app.password")
  owner=$(connection_string yaoan_owner "$DATA/keys/database-owner.password")
  (
    umask 077
    {
      # What the caller's environment says about the programs holds, except for what this script decides.
      while IFS= read -r name; do
        setting "$name" "${!name}"
      done < <(compgen -e | grep -E '^(YaoAn|Station|Copy|Work|Keys|Ingest|Store|Logging|Serilog)__[A-Za-z0-9_]+$')
      setting YaoAn__DataFolder "$DATA"
      setting ConnectionStrings__Catalog "$catalog"
      setting Station__Name "${Station__Name:-station-1}"
      setting Station__Title "${Station__Title:-1 号采集站}"
      setting Station__Slots "$SLOTS"
      setting Station__Listen "$STATION_URL"
      setting Ingest__Url "$STATION_URL"
      if [[ -n $STORE ]]; then
        setting Store__Url "$STORE"
        setting Store__AccessKeyFile "$STORE_ACCESS_KEY_FILE"
        setting Store__SecretKeyFile "$STORE_SECRET_KEY_FILE"
      fi
      setting Keys__Internal "$DATA/keys/internal.key"
      setting Keys__Bureau "$DATA/keys/bureau.key"
      setting Keys__DataProtection "$DATA/keys/data-protection"
      setting DOTNET_ENVIRONMENT "${DOTNET_ENVIRONMENT:-Production}"
    } >"$folder/settings.env"
    {
      setting ASPNETCORE_URLS "$(url_scheme)://$(url_host "$LISTEN"):$PORT"
      setting ASPNETCORE_ENVIRONMENT "${ASPNETCORE_ENVIRONMENT:-Production}"
      setting Setup__LinksFile "$folder/setup-links"
      setting Setup__Sample "$SAMPLE"
      if [[ -n $ADMIN ]]; then
        setting Setup__Admin__Name "$ADMIN"
        setting Setup__Admin__PasswordFile "$ADMIN_PASSWORD_FILE"
      fi
      if [[ -n $REVIEWER ]]; then
        setting Setup__Reviewer__Name "$REVIEWER"
        setting Setup__Reviewer__PasswordFile "$REVIEWER_PASSWORD_FILE"
      fi
      if [[ -n $TLS_CERT ]]; then
        setting Kestrel__Certificates__Default__Path "$TLS_CERT"
        setting Kestrel__Certificates__Default__KeyPath "$TLS_KEY"
      fi
      # The forwarded scheme and client address count only where the operator says that a proxy is the only way in.
      if $BEHIND_PROXY; then setting BehindProxy true; fi
    } >"$folder/api.env"
    setting ConnectionStrings__Owner "$owner" >"$folder/owner.env"
  )
  chmod 0600 "$folder/settings.env" "$folder/api.env" "$folder/owner.env"
}

load_settings() {
  local file
  # What belongs to Api alone must not reach another program through the caller's environment.
  unset ASPNETCORE_URLS ASPNETCORE_HTTP_PORTS ASPNETCORE_HTTPS_PORTS URLS HTTP_PORTS HTTPS_PORTS ConnectionStrings__Owner
  set -a
  for file in "$@"; do
    # shellcheck disable=SC1090 # written above
    . "$DATA/run/$file.env"
  done
  set +a
}
