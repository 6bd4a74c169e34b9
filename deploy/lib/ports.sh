# shellcheck shell=bash
# Free loopback ports that stay the same from start to start where they can.

is_port_free() {
  ! (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# remembered_port FILE: prints the port kept in FILE, or a new one when that is taken. Below the kernel's range for outgoing connections.
remembered_port() {
  local file=$1 port attempt
  if [[ -f $file ]]; then
    port=$(<"$file")
    if [[ $port =~ ^[0-9]{4,5}$ ]] && is_port_free 127.0.0.1 "$port"; then
      printf '%s' "$port"
      return
    fi
  fi
  for ((attempt = 0; attempt < 100; attempt++)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if is_port_free 127.0.0.1 "$port"; then
      printf '%s\n' "$port" >"$file"
      printf '%s' "$port"
      return
    fi
  done
  stop_with 3 "No free loopback port between 20000 and 32000 was found."
}
