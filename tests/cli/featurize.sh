#!/bin/sh
# Design matrices from labelled datasets: what is in them, the same bytes for any number of threads
# and through pipes, and what is refused.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
command -v h5dump > /dev/null || { echo "needs h5dump"; exit 77; }

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

# The functions of every atom, beside rows or alone; then frames need no labels.
farfield featurize labelled.h5 --nearest 2.35 --descriptors -@ 1 -q -o sites.h5
farfield featurize labelled.h5 --nearest 2.35 --descriptors -@ 4 -q | cmp - sites.h5 ||
    fail "descriptors depend on the number of threads"
[ "$(h5ls sites.h5/sites/Si/matrix | sed 's/.*{\(.*\)}/\1/')" = "48/Inf, 102" ] || fail "descriptors"
h5dump -d /rows/matrix one.h5 | tail -n +2 > rows
h5dump -d /rows/matrix sites.h5 | tail -n +2 | cmp - rows || fail "descriptors change the rows"
farfield featurize bare.h5 --nearest 2.35 --descriptors -q -o alone.h5
h5dump -d /sites/Si/matrix sites.h5 | tail -n +2 > atoms
h5dump -d /sites/Si/matrix alone.h5 | tail -n +2 | cmp - atoms || fail "descriptors depend on labels"
farfield featurize labelled.h5 --nearest 2.35 --descriptors --observations none -q -o none.h5
h5dump -d /sites/Si/matrix none.h5 | tail -n +2 | cmp - atoms || fail "descriptors depend on rows"
farfield show none.h5 | grep -q '^  rows  *0$' || fail "rows after --observations none"
farfield show none.h5 | grep -q '102 functions of 48 atoms Si' || fail "show: $(farfield show none.h5)"
refuse 2 'nothing to do' farfield featurize labelled.h5 --observations none
refuse 4 'no observation' farfield fit none.h5

# Radial forms, limits and lengths of pairs are kept, and shown.
farfield featurize -q labelled.h5 --nearest 2.35 --species Si,W --cutoff 5,Si-W=4.5 --max-l 3 \
    --radial agnesi:2,4 --pair-radial power:3/chebyshev -o forms.h5
farfield show forms.h5 > shown
for line in 'radial functions  *agnesi:2,4' 'of the pair basis  *power:3/chebyshev' \
    'Si-W  *cutoff 4.5 A, inner radius 1.5275 A, nearest neighbour 2.35 A' \
    'largest l  *3, 3 (of order 2 and up)'; do
    grep -q "^  $line\$" shown || fail "not shown: $line: $(cat shown)"
done
farfield fit -q forms.h5 -o forms-model.h5
farfield show forms-model.h5 | grep -q '^  radial functions  *agnesi:2,4$' || fail "the model's forms"
farfield label -q -p ace:forms-model.h5 bare.h5 | farfield evaluate -q -p ace:forms-model.h5 - > /dev/null ||
    fail "a model with other forms"

refuse 3 'frame 1.* energy, forces, virial or force constants' farfield featurize bare.h5
refuse 3 'no frame has any forces' farfield featurize energies.h5 --observations EF
refuse 3 'frame 1, atom 1: .*14' farfield featurize labelled.h5 --species W --nearest 2.74
refuse 3 'frame 1, atom 1: .*inner radius' farfield featurize labelled.h5 --inner 2.4
printf '2\nenergy=-8 pbc="F F F"\nSi 0 0 0\nSi 0 0 2.3\n' > dimer.xyz
farfield ingest -q dimer.xyz --energy energy --forces none --virial none -o dimer.h5
refuse 3 'isolated Si atom' farfield featurize dimer.h5 --e0 isolated
refuse 2 'SYMBOL=EV' farfield featurize labelled.h5 --e0 Si
refuse 2 'chemical symbol' farfield featurize labelled.h5 --species Si,Xx
refuse 2 '--order' farfield featurize labelled.h5 --order 6
refuse 2 '--degree' farfield featurize labelled.h5 --degree 12,a
refuse 2 '--degree' farfield featurize labelled.h5 --order 3 --degree 12,10
refuse 3 'inner radius' farfield featurize labelled.h5 --cutoff 1
