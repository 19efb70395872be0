#!/bin/sh
# farfield export -o FILE.yace and ace:FILE.yace: the same potential, the same bytes, and refusals.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

farfield generate -q --crystal diamond --species Si --lattice-constant 5.43095 --cells 1 --count 8 \
    --rattle 0.1 --seed 5 | farfield label -q --potential sw:Si -o si.h5
farfield featurize -q si.h5 --degree 7,6,6 | farfield fit -q --ridge 1e-4 -o model.h5
farfield export model.h5 -o si.yace 2> note
grep -q "forces will differ by some [0-9.e-]* eV/A; [0-9]* base functions, tables of [0-9]* MB every" note || fail "$(cat note)"
head -n 1 si.yace | grep -q "^# farfield .* export; model [0-9a-f]*$" || fail 'no origin'

# The same bytes from standard input, by --format, on one thread.
farfield export -q --format yace -@ 1 < model.h5 | cmp - si.yace
farfield export -q --format yace model.h5 -o other && cmp other si.yace
# --spacing changes that number only.
farfield export -q --spacing 0.001 model.h5 -o coarse.yace
grep -q '^deltaSplineBins: 0.001$' coarse.yace || fail 'spacing'
grep -v deltaSplineBins si.yace > a; grep -v deltaSplineBins coarse.yace | cmp - a

# Labels of both: 1e-10 eV and eV/A for coefficients of some eV.
for potential in model.h5 si.yace; do
    farfield label -q si.h5 --potential "ace:$potential" --site-energies | farfield export -q -o "$potential.xyz"
    sed 's/[A-Za-z_]*="[^"]*"//' "$potential.xyz" | awk '/^Si / { for (k = 5; k <= 8; k++) print $k }' > "$potential.numbers"
done
paste model.h5.numbers si.yace.numbers | awk '{ d = $1 - $2; if (d > m) m = d; if (-d > m) m = -d; n++ }
    END { print n, "numbers, largest difference", m; exit !(n > 200 && m < 1e-10) }'
# Provenance names it by its digest.
farfield label -q si.h5 --potential ace:si.yace -o a.h5
farfield show --provenance --json a.h5 > a.json
grep -q "ace:$(sha256sum si.yace | cut -d ' ' -f 1)" a.json || fail 'no digest in provenance'

# It relaxes like the model: exact second derivatives are at hand.
for potential in model.h5 si.yace; do
    farfield relax-defect -q --crystal diamond --species Si --defect vacancy --cells 2 --lattice-constant 5.43 \
        --potential "ace:$potential" -o "relaxed-$potential" || fail "relaxation with $potential"
    farfield show "relaxed-$potential" | awk '/formation energy/ { print $3 }' > "$potential.energy"
done
paste model.h5.energy si.yace.energy | awk '{ d = $1 - $2; print "formation energies", $1, $2; exit !(d < 1e-7 && d > -1e-7) }'

# refuse CODE MESSAGE ARGUMENT...: fails so, and leaves no output.
fails() { # CODE PATTERN ARGUMENT...
    code=$1 pattern=$2; shift 2
    expect "$code" "$pattern" farfield export "$@" -o no.yace
    [ ! -e no.yace ] || fail "$*: an output was left"
}
fails 3 'si.h5: a dataset cannot be exported to .yace, expected a model' si.h5
fails 3 'model.h5: a model cannot be exported to extXYZ' --format extxyz model.h5
fails 2 '2 inputs for one output of format yace' model.h5 model.h5
fails 2 '--format json, expected extxyz, yace, lammps-data, poscar, force-constants, differential-displacements or auto' --format json model.h5
fails 2 '--spacing -1 A, expected 0 to 0.1' --spacing -1 model.h5

# Potentials that are not linear, or no .yace at all.
sed 's/FS_parameters: \[1, 1\]/FS_parameters: [1, 0.5]/' si.yace > root.yace
refuse 3 'root.yace:6:[0-9]*: an embedding with the exponent 0.5: only linear potentials' \
    farfield label si.h5 --potential ace:root.yace
cp model.h5 wrong.yace
refuse 3 'wrong.yace:.*not YAML' farfield label si.h5 --potential ace:wrong.yace
