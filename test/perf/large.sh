# SPDX-License-Identifier: Apache-2.0
# A large committed file through build, publish and pull, and back; a part of bench.sh, whose functions it uses.
# Reference of the same run: tar and gzip -n of the same tree.

bench_large() { # MEGABYTES
  local megabytes=$1 service=$work/large-$1 wall reference artifact step
  rm -rf "$service" "$work/large-out" "$work/large-store" "$work/large-pulled"
  cp -r "$root/fixtures/services/retail-orders" "$service"
  chmod -R u+w "$service"
  mkdir -p "$service/data"
  truncate -s "${megabytes}M" "$service/data/large.parquet"
  printf 'build:\n  include: [data/**]\n' >>"$service/tidegate.yaml"
  git -C "$service" init -q
  git -C "$service" config core.bigFileThreshold 1m
  git -C "$service" add -A
  git -C "$service" -c user.name=bench -c user.email=bench@example.com commit -qm 'Large'
  wall=$(timed "$bin/tidegate" build "$service" -o "$work/large-out" --version 1)
  reference=$(timed bash -c "tar -C '$service' --exclude .git -cf - . | gzip -n >'$work/large.tar.gz'")
  artifact=$(ls "$work"/large-out/*.tar.gz)
  printf '\nlarge: a committed file of %s MB\n' "$megabytes"
  printf '    tidegate build                               %9s s\n' "$(calc "$wall" 2)"
  printf '    tar | gzip -n                                %9s s\n' "$(calc "$reference" 2)"
  step=$(peak "$bin/tidegate" build "$service" -o "$work/large-out" --version 1)
  judge 'peak memory of build' "$step" '<' 64 MB
  step=$(peak "$bin/tidegate" publish "$artifact" --to "$work/large-store")
  judge 'peak memory of publish' "$step" '<' 64 MB
  step=$(peak "$bin/tidegate" pull "$work/large-store/retail-orders/1" -o "$work/large-pulled")
  judge 'peak memory of pull' "$step" '<' 64 MB
  [ -f "$work"/large-pulled/*.tar.gz ] || fail 'nothing was pulled'
  rm -rf "$service" "$work/large.tar.gz" "$work/large-out" "$work/large-store" "$work/large-pulled"
}
