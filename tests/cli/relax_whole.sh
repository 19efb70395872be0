#!/bin/sh
# Defects relaxed with what is known for whole structures only: LAMMPS's library, models of KIM and a
# program, against the same potentials of our own. Energies within 1e-7 eV, structures within 1e-6 A;
# what it takes is printed. Then what is done with such relaxations, one without energies of atoms.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
python=$(command -v /usr/bin/python3 || command -v python3) || { echo 'no python3'; exit 77; }
$python -c 'import h5py, numpy' 2> /dev/null || { echo 'no h5py or numpy'; exit 77; }

# check NAME WHOLE OWN OPTION...: both relaxed (whole.h5 and own.h5) and compared.
check() {
    name=$1 whole=$2 own=$3; shift 3
    evidence=whole.log
    farfield relax-defect -p "$whole" "$@" -o whole.h5 2> whole.log || fail "$name"
    farfield relax-defect -p "$own" "$@" -o own.h5 2> own.log
    for log in whole own; do
        sed -n 's/.*formation energy *\([-0-9.]*\) eV.*/\1/p' $log.log > $log.energy
        sed -n 's/.*force evaluations *\([0-9]*\)$/\1/p' $log.log > $log.evaluations
    done
    farfield compare own.h5 whole.h5 -o compared.h5 2> compare.log
    geometry=$(sed -n 's/.*geometry error *\([-+0-9.e]*\) A.*/\1/p' compare.log)
    perfect=$(sed -n 's/.*of perfect supercells *\([0-9]*\) more.*/\1/p' whole.log)
    awk -v a="$(cat whole.energy)" -v b="$(cat own.energy)" -v g="$geometry" -v name="$name" \
        -v n="$(cat whole.evaluations)" -v m="$(cat own.evaluations)" -v p="$perfect" \
        'BEGIN { d = a - b; if (d < 0) d = -d
                 printf "%s: %.8f eV, off by %.1e eV and %.1e A; %d evaluations and %d of perfect cells, our own %d\n",
                        name, a, d, g, n, p, m
                 exit !(d <= 1.0001e-7 && g <= 1e-6 && p > 0) }' || fail "$name: they differ"
    evidence=
}

cat > Si.sw <<'SW'
Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333 7.049556277 0.6022245584 4.0 0.0 0.0
SW
silicon="--crystal diamond --species Si --lattice-constant 5.43095"
copper="--crystal fcc --species Cu --lattice-constant 3.7"
lj=lj:0.2,2.3,5.5

if $python -c 'import ctypes; ctypes.CDLL("liblammps.so.0")' 2> /dev/null; then
    lammps="lammps:pair_style sw; pair_coeff * * Si.sw Si"
    check 'LAMMPS sw, interstitial' "$lammps" sw:Si.sw $silicon --cells 2 --defect interstitial-tetrahedral
    farfield relax-defect -q -@ 1 -p "$lammps" $silicon --cells 2 --defect interstitial-tetrahedral | cmp - whole.h5
    check 'LAMMPS sw, vacancy' "$lammps" sw:Si.sw $silicon --cells 2 --defect vacancy --break-symmetry 0.4
    check 'LAMMPS lj, dumbbell' \
        'lammps:species=Cu; pair_style lj/cut 5.5; pair_modify shift yes; pair_coeff 1 1 0.2 2.3' \
        $lj $copper --cells 3 --defect dumbbell-100 --leave-saddle
    eam=$FARFIELD_SHARED_DATA/W_Zhou04.eam.alloy
    if [ -f "$eam" ]; then
        cp "$eam" W.eam.alloy
        for defect in vacancy dumbbell-110; do
            check "LAMMPS eam/alloy, $defect" 'lammps:pair_style eam/alloy; pair_coeff * * W.eam.alloy W' \
                eam+lammps:W.eam.alloy --crystal bcc --species W --lattice-constant 3.16485 --cells 4 --defect $defect
        done
    fi
    # As docs/potentials.md shows.
    grep '^    farfield relax-defect --potential "lammps:' "$FARFIELD_TOP/docs/potentials.md" > shown.sh
    [ "$(wc -l < shown.sh)" = 1 ] || fail 'docs/potentials.md shows other commands'
    ends 0 sh -eu shown.sh
fi

# The model's epsilon is 2.1682 eV.
model=SW_StillingerWeber_1985_Si__MO_405512056662_005
if farfield relax-defect -q -p kim:$model $silicon --cells 1 --defect none -o kim.h5 2> log; then
    sed 's/2\.1683/2.1682/' Si.sw > kim.sw
    check 'KIM sw, interstitial' kim:$model sw:kim.sw $silicon --cells 2 --defect interstitial-tetrahedral
    check 'KIM sw, vacancy' kim:$model sw:kim.sw $silicon --cells 2 --defect vacancy --break-symmetry 0.4
else
    grep -q 'no portable model\|built without' log || fail "kim: $(cat log)"
fi

# A program without energies of atoms.
cat > lj.py <<'PY'
import itertools
import sys
import numpy
epsilon, sigma, cutoff = 0.2, 2.3, 5.5
for line in sys.stdin:
    header = next(sys.stdin)
    cell = numpy.array(header.split('Lattice="')[1].split('"')[0].split(), float).reshape(3, 3)
    rows = [next(sys.stdin).split() for _ in range(int(line))]
    x = numpy.array([row[1:4] for row in rows], float)
    energy, forces, virial = 0, numpy.zeros(x.shape), numpy.zeros((3, 3))
    for n in itertools.product((-1, 0, 1), repeat=3):
        d = x[None] + numpy.dot(n, cell) - x[:, None]
        r = numpy.sqrt((d ** 2).sum(2))
        r[(r == 0) | (r >= cutoff)] = numpy.inf
        s6 = (sigma / r) ** 6
        slope = -24 * epsilon * s6 * (2 * s6 - 1) / r
        energy += 0.5 * (4 * epsilon * (s6 * (s6 - 1) - (s6 > 0) * (sigma / cutoff) ** 6 * ((sigma / cutoff) ** 6 - 1))).sum()
        pull = (slope / r)[:, :, None] * d
        forces += pull.sum(1)
        virial -= 0.5 * numpy.einsum("ijk,ijl->kl", pull, d)
    print(len(rows))
    print('Lattice="%s" Properties=species:S:1:pos:R:3:forces:R:3 energy=%r virial="%s"' %
          (" ".join(map(repr, cell.ravel().tolist())), float(energy), " ".join(map(repr, virial.ravel().tolist()))))
    for row, force in zip(rows, forces.tolist()):
        print(*row, *map(repr, force))
    sys.stdout.flush()
PY
program="command:$python lj.py"
check 'program, vacancy' "$program" $lj $copper --cells 3 --defect vacancy
check 'program, dumbbell' "$program" $lj $copper --cells 3 --defect dumbbell-100 --leave-saddle
farfield show whole.h5 > shown
grep -q 'energies of atoms  *the potential gives none' shown || fail 'show does not say what there is not'
says 'relaxation volume' shown
for which in whole own; do
    farfield export -q $which.h5 -o $which.xyz
    sed -n 's/.*Properties=\([^ ]*\).*/\1/p' $which.xyz | tr ':' '\n' > $which.columns
done
grep -q site_energy own.columns && grep -q excess_energy own.columns || fail 'the columns have other names'
! grep -q 'energy' whole.columns || fail 'energies of atoms that nobody knows'
[ "$(head -n 1 whole.xyz)" = "$(head -n 1 own.xyz)" ] || fail 'other atoms'
farfield report -q own.h5 whole.h5 compared.h5 --title Programs -o report
[ "$(grep -c '2\.6157784' report/relaxations.csv)" = 2 ] || fail 'the report has other energies'

# It goes on from where another ended, and a model of it is compared with it, either way round.
farfield relax-defect -p "$program" --from-reference own.h5 --start own.h5 -o again.h5 2> log
[ "$(sed -n 's/.*force evaluations *\([0-9]*\)$/\1/p' log)" = 1 ] || fail "not from where it ended: $(cat log)"
farfield relax-defect -q -p lj:0.2,2.32,5.5 --from-reference whole.h5 -o model.h5
farfield compare -q -p lj:0.2,2.32,5.5 whole.h5 model.h5 -o c.h5
farfield compare -p "$program" model.h5 whole.h5 -o c.h5 2> program.log
farfield compare -p $lj model.h5 whole.h5 -o c.h5 2> own.log
grep 'predicted' program.log | cut -c 1-50 > found
grep 'predicted' own.log | cut -c 1-50 > expected
[ -s expected ] && [ "$(wc -l < found)" = "$(wc -l < expected)" ] || fail "no prediction: $(cat program.log)"
sed -n 's/.*predicted geometry error *\([-+0-9.e]*\) A.*/\1/p' program.log own.log |
    awk 'NR == 1 { a = $1 } END { printf "predictions: %s %s A\n", a, $1; exit !(NR == 2 && a / $1 < 1.1 && a / $1 > 0.9) }' ||
    fail 'the predictions differ'

# Noise: what is asked for is more than the program can give, and it says so.
sed 's/float(energy)/round(float(energy), 5)/; s/map(repr, force)/("%.4f" % (f + 1e-4 * numpy.sin(1e9 * f + 1e7 * float(row[1]))) for f in force)/' lj.py > rough.py
rough="farfield relax-defect $copper --cells 3 --defect vacancy -o rough.h5"
ends 0 $rough -p "command:$python rough.py" -t 1e-3
! grep -q 'out of reach' err || fail "a warning of nothing: $(cat err)"
expect 0 'forces are good to .* out of reach' $rough -p "command:$python rough.py" -t 1e-6 -m 30 -u

# Dislocations are refused before anything is computed.
refuse 3 "'command' is known for whole structures only" \
    farfield relax-defect -q -p 'command:touch started' $copper --dislocation edge --radius 12
[ ! -e started ] || fail 'the program was started'
