# shellcheck shell=bash
# Builds with the lock files of the repository and leaves no compiler server behind.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

# An SDK that was unpacked by hand is often not on the path.
if ! command -v dotnet >/dev/null; then
  for folder in "${DOTNET_ROOT:-}" /usr/share/dotnet /usr/lib/dotnet "${HOME:-}/.dotnet"; do
    if [[ -x $folder/dotnet ]]; then
      PATH=$folder:$PATH
      break
    fi
  done
fi

INGEST_PROGRAM=$REPOSITORY/src/Ingest/bin/Release/net10.0/ingest.dll
API_PROGRAM=$REPOSITORY/src/Api/bin/Release/net10.0/YaoAn.Api.dll

# build_programs LOG: builds Ingest and Api (Release) unless nothing changed since the last build by this function.
# The advisory check of NuGet belongs to deploy/test: a new advisory must not keep a station from starting.
build_programs() {
  local log=$1 stamp=$REPOSITORY/src/Api/bin/deploy-run.stamp project
  if is_built "$stamp"; then return; fi
  say 'building …'
  mkdir -p "${stamp%/*}"
  : >"$stamp.new"
  : >"$log"
  for project in Ingest Api; do
    if ! run_to_end dotnet build "$REPOSITORY/src/$project/$project.csproj" -c Release -nologo -v quiet -nodeReuse:false \
      -p:UseSharedCompilation=false -p:RestoreLockedMode=true -p:NuGetAudit=false >>"$log" 2>&1; then
      show_build_errors "$log"
      stop_with 1 "The build of $project failed; the whole log is '$log'."
    fi
  done
  mv -f "$stamp.new" "$stamp"
}

# The stamp is as old as the start of the build: what is edited while it runs counts as changed.
is_built() {
  [[ -f $1 && -f $INGEST_PROGRAM && -f $API_PROGRAM ]] &&
    [[ -z $(find "$REPOSITORY"/{src,Directory.Build.props,Directory.Packages.props,BannedSymbols.txt,global.json} \
      \( -name bin -o -name obj -o -name node_modules -o -path '*/wwwroot/lib' \) -prune -o -type f -newer "$1" -print -quit) ]]
}

show_build_errors() {
  local errors
  errors=$(grep -E 'error|npm ERR!' "$1" | sed -E 's/ \[[^]]*\]$//' | sort -u | head -n 30) || true
  printf '%s\n' "${errors:-$(tail -n 30 "$1")}" >&2
}
