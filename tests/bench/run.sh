#!/bin/sh
# Runs every benchmark that was built, one after another. Usage: BUILD=DIR tests/bench/run.sh
set -eu
for program in "$BUILD"/tests/bench/bench_*; do
    [ -x "$program" ] || continue
    printf '\n%s\n' "$(basename "$program")"
    "$program"
done
