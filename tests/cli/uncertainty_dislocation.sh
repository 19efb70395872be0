#!/bin/sh
# How sure a committee is of a dislocation: what its members would find, said without relaxing with
# any of them, against what they find when each relaxes the dislocation itself.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
si="--crystal diamond --species Si --lattice-constant 5.43095"
members=4 columns=27

farfield relax-defect -q $si --dislocation screw --arrangement quadrupole --cells 4x3 -p sw:Si -o cell.h5
farfield generate -q cell.h5 --count 5 --rattle 0.02 --include-base -g defect -o defect.h5
farfield generate -q $si --cells 2 --count 4 --rattle 0.02 --strain 0.02 -g crystal -o crystal.h5
farfield label -q -p sw:Si defect.h5 crystal.h5 -o train.h5
farfield featurize -q --degree 8,6,5 train.h5 -o features.h5
farfield fit -q -l 0 -w auto --committee $members features.h5 -o committee.h5

# One model for each member: its coefficients in the place of the committee's own, both being
# uncompressed rows of doubles. It is another model indeed.
place() { h5dump -p -H -d "$2" committee.h5 | awk '/OFFSET/ { n = $2 } END { print n + 0 }'; }
from=$(place committee.h5 /uncertainty/committee) to=$(place committee.h5 /coefficients)
[ "$from" -gt 0 ] && [ "$to" -gt 0 ] || fail "the coefficients are not where they were"
for m in $(seq 0 $((members - 1))); do
    cp committee.h5 member-$m.h5
    dd if=committee.h5 of=member-$m.h5 bs=1 skip=$((from + 8 * columns * m)) seek=$to \
        count=$((8 * columns)) conv=notrunc 2> /dev/null
    farfield show member-$m.h5 > /dev/null || fail "member $m is no model"
done

attribute() { h5dump -y -m %.12g -a "$2" "$1" | awk '/^ *DATA {/ { getline; print $1 }'; }

# agrees NAME TOLERANCES WHAT: the members of NAME find what was predicted, energies and geometries
# within those parts of the root mean squares, and these are those that are stored.
agrees() {
    for m in $(seq 0 $((members - 1))); do
        farfield relax-defect -q --no-uncertainty -p ace:member-$m.h5 --from-reference $1.h5 -o own.h5
        farfield compare -q $1.h5 own.h5 -o errors.h5
        echo "$(attribute own.h5 /formation_energy_eV) $(attribute errors.h5 /geometry_error_A)"
    done > found
    for name in energy geometry; do numbers $1.h5 /uncertainty/$name | tr '\n' ' '; echo; done > predicted
    awk -v tolerances="$2" -v energy="$(attribute $1.h5 /formation_energy_eV)" \
        -v stored="$(attribute $1.h5 /uncertainty/energy_deviation_eV) $(attribute $1.h5 /uncertainty/geometry_deviation_A)" '
        FNR == NR { for (m = 1; m <= NF; m++) p[FNR, m] = $m; next }
        { f[1, FNR] = $1 - energy; f[2, FNR] = $2; n = FNR }
        END {
            split(tolerances, t); split(stored, s)
            for (k = 1; k <= 2; k++) {
                for (m = 1; m <= n; m++) square[k] += f[k, m]^2 / n
                spread = sqrt(square[k])
                for (m = 1; m <= n; m++) {
                    d = p[k, m] - f[k, m]
                    printf "%g predicted, %g found, spread %g\n", p[k, m], f[k, m], spread
                    if (!(d < t[k] * spread && d > -t[k] * spread)) bad = 1
                }
                d = s[k] - spread
                if (!(d < t[k] * spread && d > -t[k] * spread)) bad = 1
            }
            exit bad || n != '$members'
        }' predicted found > table || { cat table; fail "$1: members find something else"; }
}

# A cylinder, whose surface is far outside what was fitted; and a periodic cell.
farfield relax-defect -q $si --dislocation screw --radius 10 --rim 9.5 -p sw:Si -o reference.h5
farfield relax-defect -p ace:committee.h5 --from-reference reference.h5 -o cylinder.h5 2> words
grep -q "uncertainty .* eV of the formation energy ($members members, committee)" words || { cat words; fail "what is said"; }
agrees cylinder "0.003 0.08"
farfield relax-defect -q $si --dislocation screw --arrangement quadrupole --cells 6x4 -p sw:Si -o other.h5
farfield relax-defect -q -p ace:committee.h5 --from-reference other.h5 -o quadrupole.h5
agrees quadrupole "0.003 0.08"

# It is shown, does not depend on the number of threads, and compare takes the model.
farfield show cylinder.h5 | grep -q "uncertainty .* eV of the formation energy ($members members, committee)" || fail "show"
for threads in 1 4; do
    farfield relax-defect -q -@ $threads -p ace:committee.h5 --from-reference reference.h5 -o again.h5
    cmp again.h5 cylinder.h5 || fail "bytes depend on the number of threads"
done
farfield compare -p ace:committee.h5 reference.h5 cylinder.h5 -o comparison.h5 2> words
ratio=$(sed -n 's/.*predicted . found *\([0-9.]*\)$/\1/p' words)
awk "BEGIN { exit !($ratio > 0.9 && $ratio < 1.1) }" || fail "predicted error / found: $ratio"
