# SPDX-License-Identifier: Apache-2.0
# The stand-in host; a part of bench.sh, whose functions it uses. References of the same run:
# `terraform version` for the start, a local state file for the state endpoint.

# resources N FOLDER: N resources of three providers, in equal parts, as main.tf.json
write_resources() {
  mkdir -p "$2"
  jq -n --argjson n "$1" '
    def many(f): [range(0; $n / 4 | floor) | {key: "r\(.)", value: f}] | from_entries;
    {terraform: {required_providers: {
       azurerm: {source: "hashicorp/azurerm"}, azapi: {source: "azure/azapi"},
       databricks: {source: "databricks/databricks"}}},
     provider: {azurerm: {features: {}, subscription_id: "00000000-0000-0000-0000-000000000001"}},
     resource: {
       azurerm_resource_group: many({name: "rg-\(.)", location: "westeurope"}),
       azurerm_storage_container: many({name: "c\(.)", storage_account_id:
         "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"}),
       databricks_notebook: many({path: "/Shared/n\(.)", language: "PYTHON", content_base64: ("x\(.)" | @base64)}),
       azapi_resource: many({name: "p\(.)", type: "Microsoft.DataFactory/factories/pipelines@2018-06-01",
         parent_id: "/subscriptions/0/resourceGroups/g/providers/Microsoft.DataFactory/factories/f",
         body: {properties: {activities: [range(0; 5) | {name: "a\(.)", type: "Wait",
           typeProperties: {waitTimeInSeconds: .}}]}}})}}' >"$2/main.tf.json"
}

# timed COMMAND…: wall seconds of one run
timed() {
  local begin end code=0
  begin=$(date +%s.%N)
  "$@" >"$work/last.log" 2>&1 </dev/null || code=$?
  end=$(date +%s.%N)
  [ "$code" = 0 ] || { tail -20 "$work/last.log" >&2; fail "exit $code: $*"; }
  calc "$end - $begin" 3
}

bench_sandbox() {
  local n=$1 host=$bin/tidegate-sandbox folder=$work/sandbox line start version first name step
  local -A took
  [ -x "$host" ] || { echo 'tidegate-sandbox is not built: no figures'; return; }
  [ -x "${TIDEGATE_TERRAFORM:-}" ] || { echo 'TIDEGATE_TERRAFORM is not set: no figures of the stand-in host'; return; }
  local share=$root/out/release/share/tidegate
  local options=(--packs "$share/packs" --behaviour "$share/behaviour")
  start=$(seconds 0 "$host" "${options[@]}")
  version=$(seconds 0 "$TIDEGATE_TERRAFORM" version)
  printf '\nstand-in host, all packs\n    start and end                                %9s s   %7s MB\n' \
    "$(calc "$start" 3)" "$(peak "$host" "${options[@]}")"
  judge 'start / terraform version' "$(calc "$start / $version" 2)" '<=' 1 x

  rm -rf "$folder" && mkdir -p "$folder/home"
  write_resources "$n" "$folder/endpoint"
  write_resources "$n" "$folder/file"
  coproc HOST { exec "$host" "${options[@]}" --log "$folder/log"; }
  read -r line <&"${HOST[0]}" || fail 'the stand-in host does not start'
  first=$(jq -r .state <<<"$line")bench
  jq -n --arg a "$first" '{terraform: {backend: {http: {address: $a, lock_address: $a, unlock_address: $a}}}}' \
    >"$folder/endpoint/backend_override.tf.json"
  : >"$folder/home/terraform.rc"
  local terraform=(env -i PATH="$PATH" HOME="$folder/home" TF_CLI_CONFIG_FILE="$folder/home/terraform.rc"
    CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 HTTPS_PROXY=http://127.0.0.1:1
    TF_REATTACH_PROVIDERS="$(jq -c .reattach <<<"$line")" "$TIDEGATE_TERRAFORM")
  for name in endpoint file; do
    timed "${terraform[@]}" "-chdir=$folder/$name" init -no-color >/dev/null
    for step in 'plan -out=p' 'apply p' 'plan -detailed-exitcode'; do
      : >"$folder/log"
      read -ra words <<<"$step"
      took[$name-${words[0]}${words[1]}]=$(timed "${terraform[@]}" "-chdir=$folder/$name" "${words[0]}" -no-color "${words[@]:1}")
      took[$name-ours]=$(calc "${took[$name-ours]:-0} + $(jq -s 'map(.ms) | add // 0' "$folder/log") / 1000" 3)
    done
  done
  exec {HOST[1]}>&-
  wait "$HOST_PID" || fail 'the stand-in host did not end well'
  printf '\n%s mixed resources, one run                    plan     apply   second plan\n' "$n"
  for name in endpoint file; do
    printf '    state %-34s %9s %9s %9s s\n' "$name" "${took[$name-plan-out=p]}" "${took[$name-applyp]}" \
      "${took[$name-plan-detailed-exitcode]}"
  done
  judge 'apply: our state endpoint / local file' "$(calc "${took[endpoint-applyp]} / ${took[file-applyp]}" 2)" '<=' 0.25 x
  local commands="${took[endpoint-plan-out=p]} + ${took[endpoint-applyp]} + ${took[endpoint-plan-detailed-exitcode]}"
  judge 'time in our calls / in the three commands' "$(calc "${took[endpoint-ours]} / ($commands)" 3)" '<=' 0.1 x
}
