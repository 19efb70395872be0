#!/bin/sh
# Every fuzz target takes every seed of its corpus, whole and cut short, without falling over.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
corpus=$FARFIELD_TOP/tests/fuzz/corpus
for folder in "$corpus"/*/; do
    name=$(basename "$folder")
    target=$BUILD/tests/fuzz/replay_$name
    [ -x "$target" ] || fail "no fuzz target for the corpus $name"
    "$target" "$folder"* || fail "$name: the target fails on its seeds"
    mkdir "$name"
    for seed in "$folder"*; do
        size=$(wc -c < "$seed")
        for part in 1 2 3 4 5 6 7; do
            head -c $((size * part / 8)) "$seed" > "$name/$(basename "$seed").$part"
        done
    done
    "$target" "$name"/* || fail "$name: the target fails on a seed cut short"
done
