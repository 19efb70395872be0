#!/bin/sh
# Runs every fenced block marked "sh" of README.md and docs/*.md, in order, file by file, each in a
# copy of the sources that starts with what is built. Blocks with another mark are not run.
set -u
bad=0
# Studies in the documentation are cut short; that they work in full is another test's business.
export STUDY_OPTIONS='--set L=1'
for document in "$FARFIELD_TOP"/README.md "$FARFIELD_TOP"/docs/*.md; do
    name=$(basename "$document" .md)
    awk '/^```/ { on = $0 == "```sh"; next } on' "$document" > "$name.sh"
    [ -s "$name.sh" ] || continue
    mkdir "$name"
    (cd "$FARFIELD_TOP" && cp -a Makefile VERSION lib formats stages pipelines sample-data "$OLDPWD/$name/")
    mkdir -p "$name/tests/cli"
    # Documents that build something get a build folder of their own.
    build=$BUILD
    if grep -q '^make' "$name.sh"; then cp -a "$BUILD" "$name/build" && build=$PWD/$name/build; fi
    if ! (cd "$name" && BUILD=$build PATH="$build/bin:$PATH" bash -eux -o pipefail "../$name.sh") > "$name.log" 2>&1 < /dev/null; then
        echo "a command of $document fails:"; tail -n 20 "$name.log"; bad=1
    fi
    rm -rf "$name"
done
exit "$bad"
