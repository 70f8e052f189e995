# SPDX-License-Identifier: Apache-2.0
# A whole rehearsal with an upgrade; a part of bench.sh, whose functions it uses. References of the same
# run: the wall time of the Terraform commands that it consists of, and the processor time of all its
# processes, of which Terraform's is taken by a script in its place.

# processor_seconds FILE COMMAND…: user and system time of the command and all that it waited for
processor_seconds() {
  local file=$1 code=0; shift
  local TIMEFORMAT='%3U %3S'
  { time "$@" >"$work/last.log" 2>&1 </dev/null || code=$?; } 2>"$file"
  [ "$code" = 0 ] || { tail -20 "$work/last.log" >&2; fail "exit $code: $*"; }
  awk '{sum += $1 + $2} END {printf "%.3f", sum}' "$file"
}

# A Terraform that adds the processor time of each of its runs to a file; that of the script is not ours either.
write_timed_terraform() { # SCRIPT TIMES
  printf '#!/bin/bash\n%q "$@"\ncode=$?\ntimes >>%q\nexit $code\n' "$TIDEGATE_TERRAFORM" "$2" >"$1"
  chmod +x "$1"
  : >"$2"
}

bench_rehearsal() {
  local service=$work/rehearsed wall terraform steps all theirs
  [ -x "$bin/tidegate-sandbox" ] || { echo 'tidegate-sandbox is not built: no rehearsal'; return; }
  [ -x "${TIDEGATE_TERRAFORM:-}" ] || { echo 'TIDEGATE_TERRAFORM is not set: no rehearsal'; return; }
  rm -rf "$service" "$work/first" "$work/second"
  cp -r "$root/fixtures/services/retail-orders" "$service"
  chmod -R u+w "$service"
  git -C "$service" init -q
  git -C "$service" add -A
  git -C "$service" -c user.name=bench -c user.email=bench@example.com commit -qm 'First'
  "$bin/tidegate" build "$service" -o "$work/first" >"$work/last.log" 2>&1 || fail 'build of the sample'
  sed -i 's/("raw", "curated")/("raw", "curated", "served")/' "$service/notebooks/lib/common.py"
  git -C "$service" -c user.name=bench -c user.email=bench@example.com commit -qam 'Second'
  "$bin/tidegate" build "$service" -o "$work/second" >"$work/last.log" 2>&1 || fail 'build of the sample'
  wall=$(timed "$bin/tidegate" rehearse "$work"/second/*.tar.gz --from "$work"/first/*.tar.gz --report "$work/rehearsal.json")
  # Steps in which Terraform runs; each includes what we do around it.
  steps='extract stand-ins gate'
  terraform=$(jq --arg ours "$steps" '[.steps[] | select(.name as $n | $ours | split(" ") | index($n) | not) |
    select(.name != "gate tests") | .ms] | add / 1000' "$work/rehearsal.json")
  printf '\nrehearsal of the sample service with an upgrade\n    %-44s %9s s\n    %-44s %9s s\n' \
    'init to destroy, twice' "$wall" 'steps of Terraform in it' "$terraform"
  judge 'rehearsal / its Terraform steps' "$(calc "$wall / $terraform" 2)" '<=' 1.5 x

  write_timed_terraform "$work/terraform.sh" "$work/terraform.times"
  all=$(TIDEGATE_TERRAFORM=$work/terraform.sh processor_seconds "$work/rehearsal.times" \
    "$bin/tidegate" rehearse "$work"/second/*.tar.gz --from "$work"/first/*.tar.gz)
  # "0m0.312s 0m0.041s": of the script, then of Terraform
  theirs=$(tr 'ms' '  ' <"$work/terraform.times" | awk '{sum += 60 * ($1 + $3) + $2 + $4} END {printf "%.3f", sum}')
  printf '    %-44s %9s s\n    %-44s %9s s\n' 'processor time of all processes' "$all" \
    "of Terraform, in $(($(wc -l <"$work/terraform.times") / 2)) runs" "$theirs"
  judge 'processor time that is ours / all' "$(calc "($all - $theirs) / $all" 3)" '<=' 0.1 x
}
