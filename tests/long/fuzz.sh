#!/bin/sh
# Fuzzes every target for FUZZ_SECONDS (ten minutes by default) from its seeds; what is found stays in build-fuzz.
set -eu
cd "$FARFIELD_TOP"
for target in build-fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] || { echo 'no fuzz targets (make fuzz)'; exit 77; }
    name=${target##*/fuzz_}
    mkdir -p "build-fuzz/corpus/$name"
    echo "== $name"
    "$target" -max_total_time="${FUZZ_SECONDS:-600}" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/$name-" "build-fuzz/corpus/$name" "tests/fuzz/corpus/$name" > "build-fuzz/$name.log" 2>&1 ||
        { tail -n 40 "build-fuzz/$name.log"; exit 1; }
    grep -E 'number_of_executed_units|cov:' "build-fuzz/$name.log" | tail -n 2
done
