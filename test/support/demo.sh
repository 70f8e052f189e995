#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The main job on the sample service, as a user would do it; called by ./dev demo after the build.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/out/release/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/tidegate-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
export PATH=$bin:$PATH GIT_CONFIG_GLOBAL=/dev/null

# step EXPECTED-EXIT COMMAND…: shows the command, what it prints and its exit code.
step() {
  local want=$1 code=0; shift
  printf '\n$ %s\n' "$*"
  "$@" 2>&1 || code=$?
  printf '(exit %d)\n' "$code"
  [ "$code" = "$want" ] || { printf 'expected exit %d\n' "$want"; exit 1; }
}

plans=$PWD/fixtures/plans
cp -r fixtures/services/retail-orders "$work/retail-orders"
rm -rf "$work/retail-orders/expected"  # what the golden test compares with
cd "$work"
git -C retail-orders init -q
git -C retail-orders add -A
git -C retail-orders -c user.name=demo -c user.email=demo@example.com commit -qm 'Retail orders'
cp "$plans/container-renamed.json" plan.json
cp "$plans/release-safe.json" safe-plan.json

printf 'A sample service: its repository becomes one artifact.\n'
step 0 tidegate detect retail-orders
step 0 tidegate build retail-orders -o out
artifact=$(ls out/*.tar.gz)
step 0 tidegate inspect "$artifact"
step 0 tidegate verify "$artifact"
printf '\nTwo plans for it, recorded from the real Terraform (fixtures/plans/README.md says how).\n'
printf 'The first only releases new definitions; the second would replace the container with the orders.\n'
step 0 deploy-gate check safe-plan.json
step 10 deploy-gate check plan.json
printf '\nThe destructive plan was stopped before terraform apply.\n'
