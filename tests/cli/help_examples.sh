#!/bin/sh
# The example of every stage's --help works as it stands, in a folder that holds sample-data and
# pipelines.
set -u
bad=0
for program in "$(dirname "$(command -v farfield)")"/farfield*; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    mkdir "$name" && cd "$name" || exit 1
    cp -r "$FARFIELD_TOP/sample-data" "$FARFIELD_TOP/pipelines" .
    "$program" $([ "$name" = farfield ] && echo help || echo --help) | sed '1,/^Example:$/d; s/^    //' > ../example
    [ -s ../example ] || { echo "$name --help has no example"; bad=1; }
    if ! bash -eux -o pipefail ../example > ../log 2>&1 < /dev/null; then
        echo "the example of $name fails:"; tail -n 20 ../log; bad=1
    fi
    cd .. || exit 1
done
exit "$bad"
