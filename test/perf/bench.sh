#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Benchmarks; ./dev bench builds the programs and calls this. Every figure that is judged is a ratio
# against a reference in the same run, or peak memory. Exit 1 when a target is missed, 2 when a
# program failed. References that are not installed are named and left out.
#   SIZES, PLANS: pipelines and megabytes (default "10 100 1000", "1 15 50 81 500"); RUNS: runs a figure (5);
#   RESOURCES: of the stand-in providers (1000); CHECKED: pipelines of the service that is checked (1240, a multiple of 10);
#   LARGE: megabytes of the large file (4096; four times that is needed on disk)
set -euo pipefail
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$root/out/release/bin
work=$root/out/perf
read -ra sizes <<<"${SIZES:-10 100 1000}"
read -ra plans <<<"${PLANS:-1 15 50 81 500}"
runs=${RUNS:-5}
python=/usr/bin/python3  # the one that ./dev bench installs: others on the PATH take up to twice as long
missed=0
mkdir -p "$work"

have() { command -v "$1" >/dev/null; }
fail() { echo "bench: $*" >&2; exit 2; }
for tool in hyperfine jq cmake; do have $tool || fail "$tool is needed: ./dev bench installs it"; done
[ -x /usr/bin/time ] || fail "/usr/bin/time is needed: ./dev bench installs it"
for program in tidegate deploy-gate; do [ -x "$bin/$program" ] || fail "no $bin/$program: run ./dev build"; done

cmake --preset release -S "$root" -DTIDEGATE_PERF=ON >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; fail "configure"; }
cmake --build "$root/out/release" --target perf-generate >"$work/build.log" 2>&1 ||
  { cat "$work/build.log"; fail "build of perf-generate"; }

# seconds EXPECTED-EXIT COMMAND…: median wall time. The exit is checked once, before measuring.
seconds() {
  local want=$1 code=0; shift
  "$@" >"$work/last.log" 2>&1 </dev/null || code=$?
  [ "$code" = "$want" ] || { tail -20 "$work/last.log" >&2; fail "exit $code instead of $want: $*"; }
  hyperfine --warmup 1 --runs "$runs" --ignore-failure --shell=none --style none \
    --export-json "$work/time.json" "$(printf '%q ' "$@")" >/dev/null 2>&1 || fail "hyperfine: $*"
  jq -r '.results[0].median' "$work/time.json"
}

# peak COMMAND…: peak resident memory in MB. The exit was checked by `seconds`.
peak() {
  /usr/bin/time -o "$work/peak" -f %M "$@" >/dev/null 2>&1 </dev/null || true
  awk 'END {printf "%.1f", $1 / 1024}' "$work/peak"
}

calc() { awk "BEGIN {printf \"%.${2:-2}f\", $1}"; }

# judge TEXT FIGURE OPERATOR TARGET UNIT
judge() {
  local verdict=pass
  awk "BEGIN {exit !($2 $3 $4)}" || { verdict='FALLS SHORT'; missed=1; }
  printf '    %-44s %9s %-3s target %s %s   %s\n' "$1" "$2" "$5" "$3" "$4" "$verdict"
}

prepare_cdktf() {
  have node && have npm || { echo "node or npm is not installed: no comparison with CDKTF"; return 1; }
  local folder=$work/cdktf
  mkdir -p "$folder"
  cp "$root"/test/perf/cdktf/* "$folder/"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >"$work/npm.log" 2>&1) ||
    { tail -5 "$work/npm.log"; echo "npm ci failed: no comparison with CDKTF"; return 1; }
}

# The reference must do the same work: as many resources of each type as the artifact declares.
same_resources() { # ARTIFACT CDKTF-FILE
  local ours theirs
  ours=$(tar -xzOf "$1" --wildcards 'terraform/*.tf.json' |
    jq -s 'reduce (.[].resource // {} | to_entries[]) as $type ({}; .[$type.key] += ($type.value | length))')
  theirs=$(jq '.resource | map_values(length)' "$2")
  jq -en --argjson a "$ours" --argjson b "$theirs" \
    '["azapi_resource", "databricks_notebook", "databricks_file"] | all($a[.] == $b[.])' >/dev/null ||
    fail "the reference emits other resources: $(jq -c . <<<"$ours") and $(jq -c . <<<"$theirs")"
}

bench_build() {
  local n=$1 repository=$work/service-$1 files wall memory reference
  rm -rf "$repository" "$work/out" "$work/cdktf-out"
  "$bin/perf-generate" service "$n" "$repository"
  git -C "$repository" init -q
  git -C "$repository" add -A
  git -C "$repository" -c user.name=bench -c user.email=bench@example.com commit -qm 'Generated'
  files=$(git -C "$repository" ls-files | wc -l)
  wall=$(seconds 0 "$bin/tidegate" build "$repository" -o "$work/out")
  memory=$(peak "$bin/tidegate" build "$repository" -o "$work/out")
  printf '\nbuild, %s pipelines, datasets and linked services, %s files\n' "$n" "$files"
  printf '    tidegate build: checks, Terraform, archive   %9s s   %7s MB   %s files/s\n' \
    "$(calc "$wall" 3)" "$memory" "$(calc "$files / $wall" 0)"
  if [ "$cdktf" = yes ]; then
    reference=$(seconds 0 node "$work/cdktf/main.js" "$repository" "$work/cdktf-out")
    same_resources "$(ls "$work"/out/*.tar.gz | head -1)" "$work/cdktf-out/stacks/service/cdk.tf.json"
    printf '    CDKTF 0.21: synthesis only                   %9s s   %7s MB\n' "$(calc "$reference" 3)" \
      "$(peak node "$work/cdktf/main.js" "$repository" "$work/cdktf-out")"
    judge 'CDKTF / tidegate' "$(calc "$reference / $wall" 1)" '>=' 10 x
  fi
  if [ "$n" = 1000 ]; then
    judge 'peak memory' "$memory" '<' 40 MB
    printf '    of it before any work: libraries             %9s MB\n' "$(peak "$bin/tidegate" --version)"
  fi
}

cat >"$work/load.py" <<'PY'
import json, os, sys
count = 0
for folder, _, files in os.walk(sys.argv[1]):
    for name in files:
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                json.load(file)
            count += 1
print(count)
PY

# All checks of about 3,700 objects on one processor, files read and parsed, against Python that does no more than
# parse the same files. Where Python takes 0.08 s, the 0.3 s that checks may take are 0.27 of it.
bench_check() {
  local n=$1 folder=$work/check-$1 wall reference
  rm -rf "$folder"
  "$bin/perf-generate" service "$n" "$folder"
  git -C "$folder" init -q
  git -C "$folder" add -A
  git -C "$folder" -c user.name=bench -c user.email=bench@example.com commit -qm 'Generated'
  wall=$(seconds 0 taskset -c 0 "$bin/tidegate" check "$folder")
  printf '\ncheck, %s JSON files, one processor\n' "$(find "$folder" -name '*.json' | wc -l)"
  printf '    tidegate check: read, link, all checks       %9s s   %7s MB\n' "$(calc "$wall" 3)" \
    "$(peak taskset -c 0 "$bin/tidegate" check "$folder")"
  if [ -x "$python" ]; then
    reference=$(seconds 0 taskset -c 0 "$python" "$work/load.py" "$folder")
    printf '    Python json.load of the files                %9s s\n' "$(calc "$reference" 3)"
    judge 'Python / tidegate check' "$(calc "$reference / $wall" 2)" '>=' 0.3 x
  fi
}

cat >"$work/filter.jq" <<'JQ'
[.resource_changes[] | select(.mode == "managed") | select(.change.actions | index("delete"))
 | select(.type | test("storage_container|storage_account|database")) | .address]
JQ
cat >"$work/filter.py" <<'PY'
import json, re, sys
with open(sys.argv[1], encoding="utf-8") as file:
    plan = json.load(file)
print([c["address"] for c in plan["resource_changes"] if c["mode"] == "managed" and "delete" in c["change"]["actions"]
       and re.search("storage_container|storage_account|database", c["type"])])
PY

# microseconds COMMAND…: of one run, whatever its exit
microseconds() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@" >/dev/null 2>&1 </dev/null || true
  echo $((${EPOCHREALTIME/[.,]/} - begin))
}

# beside PLAN REFERENCE…: the median of the ratios of rounds: the machine's own speed changes from minute to minute,
# so the reference and three checks run in turn.
beside() {
  local plan=$1 round ours theirs; shift
  for ((round = 0; round < runs; ++round)); do
    theirs=$(microseconds "$@")
    ours=0
    for _ in 1 2 3; do ours=$((ours + $(microseconds "$bin/deploy-gate" check "$plan"))); done
    calc "3 * $theirs / $ours" 1; echo
  done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

# References are asked up to 100 MB: above, they take gigabytes.
bench_gate() {
  local megabytes=$1 plan=$work/plan-$1.json wall memory reference throughput
  "$bin/perf-generate" plan "$megabytes" "$plan"
  wall=$(seconds 10 "$bin/deploy-gate" check "$plan")
  memory=$(peak "$bin/deploy-gate" check "$plan")
  throughput=$(calc "$(stat -c %s "$plan") / 1000000 / $wall" 0)
  printf '\ndeploy-gate check, plan of %s MB\n' "$(calc "$(stat -c %s "$plan") / 1000000" 1)"
  printf '    deploy-gate                                  %9s s   %7s MB   %s MB/s\n' "$(calc "$wall" 4)" "$memory" "$throughput"
  judge 'peak memory' "$memory" '<=' 32 MB
  if [ "$megabytes" = 50 ]; then throughput_50=$throughput; fi
  if [ "$megabytes" = 500 ] && [ -n "$throughput_50" ]; then
    judge 'throughput / that at 50 MB' "$(calc "$throughput / $throughput_50")" '>=' 1 x
  fi
  if [ "$megabytes" -gt 100 ]; then return; fi
  reference=$(seconds 0 jq -c -f "$work/filter.jq" "$plan")
  printf '    jq, an equivalent filter                     %9s s   %7s MB\n' "$(calc "$reference" 4)" \
    "$(peak jq -c -f "$work/filter.jq" "$plan")"
  if [ "$megabytes" -ge 15 ]; then judge 'jq / deploy-gate' "$(beside "$plan" jq -c -f "$work/filter.jq" "$plan")" '>=' 20 x; else
    printf '    jq / deploy-gate %s x\n' "$(calc "$reference / $wall" 1)"; fi
  if [ -x "$python" ]; then
    reference=$(seconds 0 "$python" "$work/filter.py" "$plan")
    printf '    Python json, the same filter                 %9s s   %7s MB\n' "$(calc "$reference" 4)" \
      "$(peak "$python" "$work/filter.py" "$plan")"
    if [ "$megabytes" -ge 15 ]; then judge 'Python / deploy-gate' "$(beside "$plan" "$python" "$work/filter.py" "$plan")" '>=' 10 x; else
      printf '    Python / deploy-gate %s x\n' "$(calc "$reference / $wall" 1)"; fi
  fi
}

# The start: a plan of some hundred bytes.
bench_gate_start() {
  local plan=$work/plan-small.json
  printf '%s' '{"format_version":"1.2","terraform_version":"1.15.5","planned_values":{},"resource_changes":[],' \
    '"configuration":{},"complete":true,"errored":false}' >"$plan"
  "$bin/deploy-gate" check "$plan" >"$work/last.log" 2>&1 || { cat "$work/last.log" >&2; fail 'deploy-gate on a small plan'; }
  hyperfine --warmup 10 --runs 200 --shell=none --style none --export-json "$work/time.json" \
    "$(printf '%q ' "$bin/deploy-gate" check "$plan")" >/dev/null 2>&1 || fail 'hyperfine: deploy-gate check'
  printf '\ndeploy-gate check, a plan of %s bytes\n' "$(stat -c %s "$plan")"
  judge 'user time' "$(calc "$(jq -r '.results[0].user' "$work/time.json") * 1000" 1)" '<=' 3 ms
}

. "$root/test/perf/sandbox.sh"
. "$root/test/perf/rehearse.sh"
. "$root/test/perf/large.sh"

cdktf=no
if prepare_cdktf; then cdktf=yes; fi
for n in "${sizes[@]}"; do bench_build "$n"; done
bench_check "${CHECKED:-1240}"
bench_gate_start
throughput_50=
for megabytes in "${plans[@]}"; do bench_gate "$megabytes"; done
bench_sandbox "${RESOURCES:-1000}"
bench_rehearsal
bench_large "${LARGE:-4096}"
if [ "$missed" = 0 ]; then echo 'bench: every target is met'; else echo 'bench: a target is missed'; fi
exit "$missed"
