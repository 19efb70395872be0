#!/bin/sh
# Design matrices from labelled datasets: what is in them, the same bytes for any number of threads
# and through pipes, and what is refused.
set -eu
fail() { echo "$1" >&2; exit 1; }
refused() { # exit code, words expected, command
    code=$1; words=$2; shift 2
    status=0; "$@" > out 2> err || status=$?
    [ "$status" = "$code" ] || fail "$*: exit code $status, expected $code: $(cat err)"
    grep -q -e "$words" err || fail "$*: said $(cat err)"
    [ ! -e refused.h5 ] || fail "$*: left an output"
}

farfield generate --crystal diamond --species Si --lattice-constant 5.43095 --cells 2x1x1 \
    --count 3 --rattle 0.05 -o bare.h5
farfield label --potential sw:Si bare.h5 -o labelled.h5
farfield label --potential sw:Si --observations E bare.h5 -o energies.h5

# one energy, 3 x 16 forces, 6 virials in each of three frames; 102 functions
farfield featurize labelled.h5 --nearest 2.35 -@ 1 -o one.h5 2> notes
grep -q 'one-body energy of Si: 0.000000 eV (isolated)' notes || fail "$(cat notes)"
farfield featurize labelled.h5 --nearest 2.35 --e0 average -o average.h5 2> notes
grep -q 'one-body energy of Si: -4.2' notes || fail "no average energy: $(cat notes)"
[ "$(h5ls one.h5/rows/matrix | sed 's/.*{\(.*\)}/\1/')" = "165/Inf, 102" ] || fail "wrong size"
farfield featurize labelled.h5 --nearest 2.35 -@ 2 -o two.h5 2> /dev/null
cmp one.h5 two.h5 || fail "bytes depend on the number of threads"
farfield featurize -q --nearest 2.35 < labelled.h5 > piped.h5
cmp one.h5 piped.h5 || fail "bytes depend on the pipe"

farfield featurize -q energies.h5 labelled.h5 --nearest 2.35 --observations E -o both.h5
[ "$(h5ls both.h5/rows/matrix | sed 's/.*{\(.*\)}/\1/')" = "6/Inf, 102" ] || fail "two inputs"

farfield featurize --basis-only --species Ti,Al --nearest 2.8 --order 2 --degree 6 --pair-degree 0 \
    > basis
grep -q '^1  *6 .* 18$' basis || fail "order 1: $(cat basis)"
farfield featurize --basis-only labelled.h5 2> /dev/null | grep -q '^all  *102$' || fail "basis of data"

refused 3 'frame 1.* energy, forces, virial or force constants' farfield featurize bare.h5 -o refused.h5
refused 3 'no frame has any forces' farfield featurize energies.h5 --observations EF -o refused.h5
refused 3 'frame 1, atom 1: .*14' farfield featurize labelled.h5 --species W -o refused.h5
refused 3 'frame 1, atom 1: .*inner radius' farfield featurize labelled.h5 --inner 2.4 -o refused.h5
printf '2\nenergy=-8 pbc="F F F"\nSi 0 0 0\nSi 0 0 2.3\n' > dimer.xyz
farfield ingest -q dimer.xyz --energy energy --forces none --virial none -o dimer.h5
refused 3 'isolated Si atom' farfield featurize dimer.h5 --e0 isolated -o refused.h5
refused 2 'SYMBOL=EV' farfield featurize labelled.h5 --e0 Si -o refused.h5
refused 2 'chemical symbol' farfield featurize labelled.h5 --species Si,Xx -o refused.h5
refused 2 '--order' farfield featurize labelled.h5 --order 6 -o refused.h5
refused 2 '--degree' farfield featurize labelled.h5 --degree 12,a -o refused.h5
refused 2 '--degree' farfield featurize labelled.h5 --degree 12,10 -o refused.h5
refused 3 'inner radius' farfield featurize labelled.h5 --cutoff 1 -o refused.h5
