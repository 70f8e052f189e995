# SPDX-License-Identifier: Apache-2.0
# A whole rehearsal with an upgrade; a part of bench.sh, whose functions it uses. Reference of the same run:
# the Terraform commands that it consists of.

bench_rehearsal() {
  local service=$work/rehearsed wall terraform steps
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
}
