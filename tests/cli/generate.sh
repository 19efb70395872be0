# Structures from the command line: crystals, defects, random copies, inputs of both kinds.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# rows FILE DATASET: rows of a dataset.   values FILE DATASET COUNT: its first COUNT rows.
rows() { h5ls "$1/$2" | sed -E 's/.*\{([0-9]+).*/\1/'; }
values() {
    h5dump -d "/$2" -s "$4" -c "$3" -m '%.17g' "$1" |
        awk '/ DATA [{]/ { on = 1; next } on && /[}]/ { exit } on { sub(/.*[)]: /, ""); print }'
}
command -v h5dump > /dev/null || { echo "h5dump is not installed"; exit 77; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
w="--crystal bcc --species W --lattice-constant 3.1652"

# Crystals and defects have as many atoms as they should.
count() { want=$1; shift; farfield generate "$@" -o count.h5; [ "$(rows count.h5 atoms/species)" = "$want" ] || fail "not $want atoms: $*"; }
count 8 $si
count 64 $si --cells 2
count 48 $si --cells 1x2x3
count 65 $si --cells 2 --defect interstitial-tetrahedral
count 63 $si --cells 2 --defect vacancy
count 55 $w --cells 3 --defect dumbbell-111
count 108 --crystal fcc --species Cu --lattice-constant 3.6 --cells 3
count 192 $si --cells 2 --count 2 --include-base
count 0 $si --count 0
count 64 $si --cells 2 --count 0 --include-base

# A longer set begins with a shorter one, also with several bases; other seeds differ.
random="--rattle 0.05 --strain 0.02 --volume-range 0.95,1.05 --seed 4"
farfield generate $si --cells 1 --count 2 $random -o two.h5
farfield generate $si --cells 1 --count 5 $random -o five.h5
[ "$(values two.h5 atoms/position 16,3 0,0)" = "$(values five.h5 atoms/position 16,3 0,0)" ] ||
    fail "copies depend on their count"
[ "$(values two.h5 frames/cell 2,3,3 0,0,0)" = "$(values five.h5 frames/cell 2,3,3 0,0,0)" ] ||
    fail "cells depend on the count"
farfield generate --count 1 $random two.h5 -o one_each.h5
farfield generate --count 3 $random two.h5 -o three_each.h5
[ "$(values one_each.h5 atoms/position 8,3 8,0)" = "$(values three_each.h5 atoms/position 8,3 24,0)" ] ||
    fail "copies of the second base depend on the count"
farfield generate $si --cells 1 --count 2 $random --seed 5 -o seed.h5
[ "$(values two.h5 atoms/position 8,3 0,0)" != "$(values seed.h5 atoms/position 8,3 0,0)" ] ||
    fail "seeds 4 and 5 give the same copy"

# The same bytes again, from a pipe, with any number of threads.
for threads in 1 4; do
    farfield generate -@ $threads $si --cells 1 --count 2 $random > again.h5
    cmp two.h5 again.h5
done
farfield generate --count 1 $random - < two.h5 > piped.h5
cmp one_each.h5 piped.h5

# Several inputs are taken one after the other; groups are kept or replaced.
farfield generate two.h5 five.h5 -o seven.h5
[ "$(rows seven.h5 frames/cell)" = 7 ] || fail "not seven frames"
farfield generate $w --defect vacancy --cells 2 -o vacancy.h5
farfield generate seven.h5 vacancy.h5 -o groups.h5
h5dump -d /groups groups.h5 | grep -q '"diamond", "vacancy"' || fail "groups are not those of the inputs"
farfield generate seven.h5 vacancy.h5 --group mine -o mine.h5
h5dump -d /groups mine.h5 | grep -q '(0): "mine"$' || fail "--group is not the only group"

# Labels do not survive: a base that is written again has none.
farfield label --potential sw:Si two.h5 -o labelled.h5
farfield generate --count 0 --include-base labelled.h5 -o bare.h5
! h5ls bare.h5/atoms/force > /dev/null 2>&1 || fail "an old label is left"

# A relaxation gives its relaxed structure.
farfield relax-defect --potential sw:Si $si --cells 2 --defect interstitial-tetrahedral -q -o relaxed.h5
farfield generate --count 0 --include-base relaxed.h5 -o base.h5
[ "$(rows base.h5 atoms/species)" = 65 ] || fail "not the 65 atoms of the relaxation"
farfield label --potential sw:Si base.h5 -o base_labelled.h5
values base_labelled.h5 atoms/force 65,3 0,0 | tr -d ' ' | tr ',' '\n' |
    awk 'NF && ($1 > 1e-6 || $1 < -1e-6) { bad = 1 } END { exit bad }' || fail "the structure is not relaxed"

refuse 2 'name an input, or --crystal' farfield generate
refuse 2 'builds a crystal' farfield generate $si two.h5
refuse 2 'quartz' farfield generate --crystal quartz --species Si --lattice-constant 5
refuse 2 'Xx' farfield generate --crystal bcc --species Xx --lattice-constant 5
refuse 2 'must be positive' farfield generate --crystal bcc --species W --lattice-constant -3
refuse 2 "expected one of: none, vacancy" farfield generate $si --defect dumbbell-100
refuse 2 'count' farfield generate $si --count -1
refuse 2 'rattle' farfield generate $si --rattle -0.1
refuse 2 'strain' farfield generate $si --strain 0.5
refuse 2 'volume-range' farfield generate $si --volume-range 1.1,0.9
refuse 2 'volume-range' farfield generate $si --volume-range 1.1
refuse 2 'seed' farfield generate $si --seed -3
refuse 5 'missing.h5' farfield generate missing.h5
