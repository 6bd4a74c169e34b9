# shellcheck shell=bash
# A synthetic recorder for slot 1: generated clips, a position sidecar, a photo and a binding file. Serial numbers SAMPLE-… mark its clips.

SAMPLE_SERIAL=SAMPLE-0001

# Puts the recorder into slot 1, once per data folder: what was taken in stays in the library, so a second start needs no new clips.
place_sample() {
  local slot made=$DATA/run/sample-made folder now entry log=$DATA/logs/sample.log
  slot=$(slot_folder 1)
  if [[ -f $made ]]; then return; fi
  folder=$DATA/run/sample.new
  # Left behind by a start that was interrupted while it moved the entries: the rest follows.
  # A real recorder in slot 1 must never get sample clips under its own serial.
  if [[ -n $(ls -A -- "$slot") ]] && ! grep -qs "\"serial\":\"$SAMPLE_SERIAL\"" -- "$slot/YAOAN.ID"; then
    say "The sample was not placed: slot 1 ('$slot') holds other files. Empty it and start again with --sample."
    return
  fi
  if [[ ! -f $folder/complete ]]; then
    say 'making the sample clips …'
    rm -rf -- "$folder"
    mkdir -m 0700 -- "$folder"
    : >"$log"
    now=$(date +%s)
    write_binding_file "$folder/YAOAN.ID" "$SAMPLE_SERIAL" 1
    make_clip "$folder" $((now - 3000)) 1 1280x720 30 440
    write_positions "$folder/$(sample_name $((now - 3000)) 1).txt" $((now - 3000)) 30
    make_clip "$folder" $((now - 2400)) 2 1280x720 40 660
    make_clip "$folder" $((now - 1500)) 3 720x1280 20 880
    make_photo "$folder" $((now - 900)) 4
    : >"$folder/complete"
  fi
  # The binding file first: the recorder is known by it before its clips are listed.
  for entry in "$folder"/YAOAN.ID "$folder"/DSJ_*; do
    if [[ -f $entry ]]; then mv -n -- "$entry" "$slot/"; fi
  done
  : >"$made"
  rm -rf -- "$folder"
}

# The name a recorder gives: model, device, person, start by its own clock (UTC+8), number.
sample_name() {
  printf 'DSJ_SAMPLE1_000000_%s_%04d' "$(TZ=Asia/Shanghai date -d "@$1" +%Y%m%d%H%M%S)" "$2"
}

# make_clip FOLDER START NUMBER SIZE SECONDS TONE: a key frame every 2 s, as recorders write them.
make_clip() {
  local start=$2 size=$4 seconds=$5 file video
  file=$1/$(sample_name "$start" "$3").mp4
  video="testsrc2=size=$size:rate=25:duration=$seconds$(time_overlay "$start")"
  run_ffmpeg -f lavfi -i "$video" -f lavfi -i "sine=frequency=$6:beep_factor=4:sample_rate=48000:duration=$seconds" \
    -c:v libx264 -preset veryfast -b:v 2M -pix_fmt yuv420p -g 50 -keyint_min 50 -sc_threshold 0 -c:a aac -b:a 96k \
    -metadata "creation_time=$(date -u -d "@$start" +%Y-%m-%dT%H:%M:%SZ)" "$file"
  touch -d "@$((start + seconds))" -- "$file"
}

make_photo() {
  local file
  file=$1/$(sample_name "$2" "$3").jpg
  run_ffmpeg -f lavfi -i "testsrc2=size=1280x720:rate=1:duration=1$(time_overlay "$2")" -frames:v 1 -q:v 3 "$file"
  touch -d "@$2" -- "$file"
}

# The recorder's clock burnt into the picture, where a font is installed.
time_overlay() {
  local font
  font=$(find /usr/share/fonts -name 'DejaVuSans.ttf' -print -quit 2>/dev/null)
  if [[ -z $font ]]; then font=$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null); fi
  if [[ -z $font || $font == *[\'\\:,]* ]]; then return; fi
  printf ",drawtext=fontfile='%s':text='SAMPLE %%{pts\\:localtime\\:%s}':x=24:y=24:fontsize=36:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=10" \
    "$font" "$1"
}

run_ffmpeg() {
  if ! run_to_end env TZ=Asia/Shanghai ffmpeg -nostdin -hide_banner -loglevel error -y "$@" >>"$log" 2>&1; then
    tail -n 10 "$log" >&2
    stop_with 1 "ffmpeg could not make the sample clips; its log is '$log'."
  fi
}

# write_positions FILE START SECONDS: one NMEA RMC sentence a second, a walk along a street.
write_positions() {
  local second sentence sum byte i
  for ((second = 0; second < $3; second++)); do
    sentence=$(printf 'GPRMC,%s.000,A,3954.%04d,N,11623.%04d,E,2.6,90.0,%s,,,A' \
      "$(date -u -d "@$(($2 + second))" +%H%M%S)" 2600 $((5000 + second * 8)) "$(date -u -d "@$(($2 + second))" +%d%m%y)")
    sum=0
    for ((i = 0; i < ${#sentence}; i++)); do
      printf -v byte '%d' "'${sentence:i:1}"
      sum=$((sum ^ byte))
    done
    printf '$%s*%02X\r\n' "$sentence" "$sum"
  done >"$1"
  touch -d "@$(($2 + $3))" -- "$1"
}

# write_binding_file FILE SERIAL ISSUE: the HMAC by the bureau's key shows that the bureau bound this recorder.
write_binding_file() {
  local hmac
  hmac=$(printf '%s\n%s' "$2" "$3" | hmac_sha256 "$(<"$DATA/keys/bureau.key")")
  printf '{"serial":"%s","issue":%s,"hmac":"%s"}\n' "$2" "$3" "$hmac" >"$1"
}

# Waits until slot 1 is ready (all of it stored and read back), then prints the one-time link.
show_sample_link() {
  local deadline=$((SECONDS + 90)) board state=''
  say '' 'waiting for the sample …'
  while ((SECONDS < deadline)); do
    check_children
    # The key goes in by a file descriptor: a command line can be read by others.
    board=$(ask --config <(printf 'header = "Authorization: Bearer %s"\n' "$(<"$DATA/keys/internal.key")") "$STATION_URL/board")
    state=$(slot_state 1 "$board")
    # An emptied slot: the clips were taken in at an earlier start.
    if [[ $state == ready || $state == trouble || $state == empty ]]; then break; fi
    nap 0.5
  done
  if [[ $state != ready && $state != empty ]]; then
    say "The sample is not ready yet (slot 1: ${state:-unknown}); the board shows why: $PUBLIC_URL/dock"
  fi
  if [[ -n $SAMPLE_LINK ]]; then
    say "示例链接，只能用一次 / sample, the link opens once: $SAMPLE_LINK"
  else
    say "Api gave no sample link; its log is '$DATA/logs/api.log'."
  fi
}

# slot_state NUMBER BOARD: the word of the slot; `state` stands before any nested object in the board's JSON.
slot_state() {
  local pattern="\"slot\":[[:space:]]*$1,[^{}]*\"state\":[[:space:]]*\"([a-z]+)\""
  if [[ $2 =~ $pattern ]]; then printf '%s' "${BASH_REMATCH[1]}"; fi
}
