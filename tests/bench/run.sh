#!/bin/sh
# Runs every benchmark that was built, and every script beside this one, one after another, in a scratch
# directory.
# Usage: BUILD=DIR tests/bench/run.sh [NAME...]     (DIR absolute; default: all of them)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
[ $# -gt 0 ] || set -- $(ls "$BUILD/tests/bench" "$here" | sed -n 's/^\(bench_[a-z]*\)\(\.sh\)\{0,1\}$/\1/p' | sort -u)
for name in "$@"; do
    if [ -f "$here/$name.sh" ]; then
        printf '\n%s\n' "$name"
        sh "$here/$name.sh"
        continue
    fi
    [ -x "$BUILD/tests/bench/$name" ] || continue
    printf '\n%s\n' "$name"
    "$BUILD/tests/bench/$name"
done
