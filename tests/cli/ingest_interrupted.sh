#!/bin/sh
# farfield ingest that is killed, and outputs that take no more bytes.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

frames() { # COUNT
    awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) {
        printf "64\nLattice=\"9 0 0 0 9 0 0 0 9\" e=%d.5\n", i
        for (x = 0; x < 4; x++) for (y = 0; y < 4; y++) for (z = 0; z < 4; z++)
            printf "Si %g %g %.17g\n", 2 * x, 2 * y, 2 * z + (i * 7919 % 1009) * 1e-6 } }'
}
frames 400 > many.xyz

# Killed in the middle: SIGKILL cannot be caught, so a temporary file may stay, but no output.
mkfifo pipe
for signal in KILL TERM; do
    farfield ingest -q pipe --energy e -o out.h5 2> err &
    reader=$!
    exec 3> pipe
    cat many.xyz >&3
    kill -s "$signal" "$reader"
    status=0; wait "$reader" || status=$?
    exec 3>&-
    [ "$status" -gt 128 ] || fail "SIG$signal: exit code $status"
    [ ! -e out.h5 ] || fail "SIG$signal left an output"
    [ "$signal" = KILL ] || [ -z "$(find . -name 'out.h5.tmp.*')" ] || fail "SIG$signal left a temporary file"
    rm -f out.h5.tmp.*
done

# No space left, by file and by pipe.
if [ -w /dev/full ]; then
    for target in '-o /dev/full' '> /dev/full'; do
        status=0; eval "farfield ingest -q many.xyz --energy e $target" 2> err || status=$?
        [ "$status" = 5 ] || { cat err; fail "$target: exit code $status"; }
        grep -q 'No space left on device' err || { cat err; fail "$target: message"; }
    done
    [ -c /dev/full ] || fail '/dev/full was replaced'
    farfield ingest -q many.xyz --energy e -o many.h5
    for target in '-o /dev/full' '> /dev/full'; do
        status=0; eval "farfield export -q many.h5 $target" 2> err || status=$?
        [ "$status" = 5 ] || { cat err; fail "export $target: exit code $status"; }
        grep -q 'No space left on device' err || { cat err; fail "export $target: message"; }
    done
fi

# A reader that goes away.
{ status=0; farfield ingest -q many.xyz --energy e 2> err || status=$?; echo "$status" > code; } | true
[ "$(cat code)" = 5 ] || { cat err; fail "closed pipe: exit code $(cat code)"; }
grep -q 'Broken pipe' err || { cat err; fail 'closed pipe: message'; }

# A limit on the size of files.
status=0; (ulimit -f 8; trap '' XFSZ; exec farfield ingest -q many.xyz --energy e -o limited.h5) 2> err || status=$?
[ "$status" = 5 ] || { cat err; fail "file too large: exit code $status"; }
[ -z "$(find . -name 'limited.h5*')" ] || fail 'a limited output was left'
