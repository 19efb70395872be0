#!/bin/sh
# Runs every benchmark that was built, one after another, in a scratch directory.
# Usage: BUILD=DIR tests/bench/run.sh [NAME...]     (DIR absolute; default: all of them)
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
[ $# -gt 0 ] || set -- $(cd "$BUILD/tests/bench" && ls | grep '^bench_')
for name in "$@"; do
    [ -x "$BUILD/tests/bench/$name" ] || continue
    printf '\n%s\n' "$name"
    "$BUILD/tests/bench/$name"
done
