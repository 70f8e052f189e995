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

cp -r fixtures/services/retail-orders "$work/retail-orders"
chmod -R u+w "$work/retail-orders"
cd "$work"
commit() {
  git -C retail-orders add -A
  git -C retail-orders -c user.name=demo -c user.email=demo@example.com commit -qm "$1"
}
git -C retail-orders init -q
commit 'Retail orders'

printf 'A sample service: its repository becomes one artifact.\n'
step 0 tidegate detect retail-orders
step 0 tidegate build retail-orders -o out
step 0 tidegate inspect out/*.tar.gz
step 0 tidegate verify out/*.tar.gz
printf '\nThe real Terraform runs its whole life. No cloud, no credentials, no network.\n'
step 0 tidegate rehearse out/*.tar.gz
printf '\nA release that only changes a notebook: from what is deployed today, to it.\n'
step 0 sed -i 's/("raw", "curated")/("raw", "curated", "served")/' retail-orders/notebooks/lib/common.py
commit 'Name the third zone'
step 0 tidegate build retail-orders -o next
step 0 tidegate rehearse next/*.tar.gz --from out/*.tar.gz
printf '\nAnd one in which somebody renames the container that holds the orders.\n'
step 0 sed -i 's/= "retail-orders"/= "retail-orders-v2"/' retail-orders/terraform/storage.tf
commit 'Rename the container'
step 0 tidegate build retail-orders -o renamed
step 10 tidegate rehearse renamed/*.tar.gz --from next/*.tar.gz
printf '\nThe destructive upgrade was stopped before it met a cloud.\n'
