#!/bin/sh
# Runs every block fenced as "sh" of README.md and docs/*.md, in order, file by file, each in a copy
# of the sources with what is built. Lines of blocks fenced as "output" must be among what the
# commands print (blanks count as one). Other blocks are not run.
set -u
bad=0
# "make study" is cut short here; .ci/run runs it in full.
export STUDY_OPTIONS='--set L=1 --set defect-frames=20 --set crystal-frames=20 --set N=2'
for document in "$FARFIELD_TOP"/README.md "$FARFIELD_TOP"/docs/*.md; do
    name=$(basename "$document" .md)
    awk '/^```/ { on = $0 == "```sh"; next } on' "$document" > "$name.sh"
    awk '/^```/ { on = $0 == "```output"; next } on' "$document" | tr -s ' ' > "$name.expected"
    [ -s "$name.sh" ] || continue
    mkdir -p "$name/tests/cli"
    for item in Makefile VERSION lib formats stages pipelines sample-data; do
        cp -a "$FARFIELD_TOP/$item" "$name/"
    done
    # Documents that build something get a build folder of their own.
    build=$BUILD
    if grep -q '^make' "$name.sh"; then cp -a "$BUILD" "$name/build" && build=$PWD/$name/build; fi
    if ! (cd "$name" && BUILD=$build PATH="$build/bin:$PATH" bash -eux -o pipefail "../$name.sh") \
        > "$name.log" 2>&1 < /dev/null; then
        echo "a command of $document fails:"; tail -n 20 "$name.log"; bad=1
    fi
    tr -s ' ' < "$name.log" > "$name.printed"
    while IFS= read -r line; do
        grep -qF -e "$line" "$name.printed" || { echo "$document promises: $line"; bad=1; }
    done < "$name.expected"
    rm -rf "$name"
done
exit "$bad"
