#!/bin/sh
# Every executable's man page is clean, and names every option of its --help.
set -eu
bin=$(dirname "$(command -v farfield)")
command -v mandoc > /dev/null || { echo "mandoc is not installed"; exit 77; }
for program in "$bin"/farfield "$bin"/farfield-*; do
    [ -x "$program" ] || continue
    name=$(basename "$program")
    "$program" --man > "$name.1"
    mandoc -Tlint "$name.1" || { echo "$name.1 is not clean"; exit 1; }
    mandoc -Tutf8 "$name.1" | sed 's/.\x08//g' > text
    [ "$name" = farfield ] && continue
    for option in $("$program" --describe | sed 1d | cut -f 1); do
        grep -q -e "--$option" text || { echo "$name.1 lacks --$option"; exit 1; }
    done
done
