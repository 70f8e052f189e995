# SPDX-License-Identifier: Apache-2.0
# A large committed file through build, verify, publish and pull, with each compression; a part of bench.sh, whose
# functions it uses. References of the same run: sha256sum of the file, tar and gzip -n of the same tree.

# Seconds and peak memory of one run.
large_step() { # NAME COMMAND...
  local name=$1 wall kilobytes
  shift
  /usr/bin/time -o "$work/step" -f '%e %M' "$@" >/dev/null 2>&1 </dev/null || fail "$name"
  read -r wall kilobytes <"$work/step"
  printf '    %-44s %9s s\n' "$name" "$wall"
  judge "peak memory of $name" "$(calc "$kilobytes / 1024" 1)" '<' 64 MB
}

bench_large() { # MEGABYTES
  local megabytes=$1 service=$work/large-$1 one out=$work/large-out artifact
  rm -rf "$service" "$out" "$work/large-store" "$work/large-pulled"
  cp -r "$root/fixtures/services/retail-orders" "$service"
  chmod -R u+w "$service"
  mkdir -p "$service/data"
  truncate -s "${megabytes}M" "$service/data/large.parquet"
  printf 'build:\n  include: [data/**]\n' >>"$service/tidegate.yaml"
  git -C "$service" init -q
  git -C "$service" config core.bigFileThreshold 1m
  git -C "$service" add -A
  git -C "$service" -c user.name=bench -c user.email=bench@example.com commit -qm 'Large'
  printf '\nlarge: a committed file of %s MB\n' "$megabytes"
  printf '    %-44s %9s s\n' sha256sum "$(calc "$(timed sha256sum "$service/data/large.parquet")" 2)"
  printf '    %-44s %9s s\n' 'tar | gzip -n' \
    "$(calc "$(timed bash -c "tar -C '$service' --exclude .git -cf - . | gzip -n >'$work/large.tar.gz'")" 2)"
  rm -f "$work/large.tar.gz"
  for one in gzip zstd; do
    rm -rf "$out"
    large_step "build with $one" "$bin/tidegate" build "$service" -o "$out" --version 1 --compression "$one"
    artifact=$(ls "$out"/*.tar.gz "$out"/*.tar.zst 2>/dev/null | head -1)
    large_step "verify ($one)" "$bin/tidegate" verify "$artifact"
    large_step "publish ($one)" "$bin/tidegate" publish "$artifact" --to "$work/large-store"
    rm -rf "$out"
    large_step "pull ($one)" "$bin/tidegate" pull "$work/large-store/retail-orders/1" -o "$work/large-pulled"
    ls "$work"/large-pulled/*.tar.* >/dev/null 2>&1 || fail 'nothing was pulled'
    rm -rf "$work/large-store" "$work/large-pulled"
  done
  rm -rf "$service" "$out"
}
