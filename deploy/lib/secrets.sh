# shellcheck shell=bash
# Random keys and passwords, each in a file of its own that only this user may read.

# ensure_secret FILE: makes a 256-bit secret in hex unless the file has one. Returns 1 when it made a new one.
ensure_secret() {
  local file=$1
  if [[ -s $file ]]; then
    chmod 0600 "$file"
    return 0
  fi
  (
    umask 077
    openssl rand -hex 32 >"$file.new"
  )
  sync "$file.new"
  mv -f "$file.new" "$file"
  return 1
}

# hmac_sha256 HEXKEY: HMAC-SHA-256 of stdin in hex. The key never stands on a command line, where other users could see it.
hmac_sha256() {
  local key=$1 message i byte inner='' outer=''
  # The key is 64 hex digits: 32 bytes, zero-padded to the block of 64.
  key=$(printf '%-128s' "$key")
  key=${key// /0}
  for ((i = 0; i < 128; i += 2)); do
    printf -v byte '\\x%02x' $((16#${key:i:2} ^ 0x36)) && inner+=$byte
    printf -v byte '\\x%02x' $((16#${key:i:2} ^ 0x5c)) && outer+=$byte
  done
  message=$(cat && printf .)
  {
    printf '%b' "$outer"
    { printf '%b' "$inner" && printf '%s' "${message%.}"; } | openssl dgst -sha256 -binary
  } | openssl dgst -sha256 -r | cut -d ' ' -f 1
}
