# Observations met exactly: zero stress at the lattice constant, elastic constants by strained
# cells, the energy of the isolated atom; from features and from a reduction; what cannot be met.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# The conventional cell of diamond under a strain e (xx or yz) with its second sublattice shifted by
# s along x: cell strain FRAME GROUP KIND SIZE.
frame() {
    awk -v group="$1" -v kind="$2" -v e="$3" -v a=5.43095 'BEGIN {
        split("0 0 0 0 .5 .5 .5 0 .5 .5 .5 0", f, " ")
        exx = kind == "xx" ? e : 0; eyz = kind == "yz" ? e : 0; shift = kind == "shift" ? e : 0
        print 8
        printf "Lattice=\"%.12f 0 0 0 %.12f %.12f 0 %.12f %.12f\" Properties=species:S:1:pos:R:3 config_type=%s pbc=\"T T T\"\n",
            a * (1 + exx), a, a * eyz, a * eyz, a, group
        for (i = 0; i < 4; i++) for (b = 0; b < 2; b++) {
            x = a * (f[3 * i + 1] + b / 4); y = a * (f[3 * i + 2] + b / 4); z = a * (f[3 * i + 3] + b / 4)
            printf "Si %.12f %.12f %.12f\n", (1 + exx) * x + b * shift, y + eyz * z, z + eyz * y
        } }'
}
{
    frame perfect none 0
    for size in 0.002 -0.002; do frame strained xx $size; frame strained yz $size; done
    for size in 0.004 -0.004; do frame shifted shift $size; done
} > cells.xyz
farfield ingest -q cells.xyz --energy none -o cells.h5
si="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate -q $si --cells 2x1x1 --count 12 --rattle 0.08 --strain 0.02 --group rattled -o r.h5
farfield label -q --potential sw:Si r.h5 cells.h5 -o train.h5
farfield featurize -q --order 2 --degree 10,8 --nearest 2.35 train.h5 -o features.h5
farfield reduce -q features.h5 -o reduced.h5

# value FILE NAME: of farfield show
value() { farfield show "$1" | awk -v name="$2" '{ line = $0; sub(/^ */, "", line) } index(line, name) == 1 { sub(name, "", line); split(line, n, " "); print n[1]; exit }'; }
crystal() { farfield evaluate -q -p "$1" $si -o "$2"; }
gap() { awk -v a="$(value reference.h5 "$2")" -v b="$(value "$1" "$2")" 'BEGIN { d = a - b; print d < 0 ? -d : d }'; }
crystal sw:Si reference.h5
farfield fit -q features.h5 -o free.h5
crystal ace:free.h5 free-crystal.h5

# Zero stress: the virial of the perfect cell is one equation. Rounding of 9 more must not count.
farfield fit --exact perfect:V features.h5 -o stress.h5 2> stress.log
grep -E 'perfect +virial|  virial' stress.log | grep -q exact || { cat stress.log; fail "exact is said"; }
crystal ace:stress.h5 stress-crystal.h5
below 0.001 "$(gap free-crystal.h5 pressure)" "without the equation there is a stress"
below "$(gap stress-crystal.h5 pressure)" 1e-6 "zero stress (GPa)"
[ "$(gap stress-crystal.h5 'lattice constant')" = 0 ] || fail "lattice constant"

# Elastic constants: stresses of cells strained both ways fix their difference, forces on the
# sublattices their coupling to strain, and those of shifted sublattices the stiffness against it.
for input in features reduced; do
    farfield fit --exact perfect:V --exact strained:FV --exact shifted:F $input.h5 -o elastic-$input.h5 2> elastic.log
    crystal ace:elastic-$input.h5 elastic.h5
    for constant in C11 C12 'C44 unrelaxed' C44; do
        below 0.02 "$(gap free-crystal.h5 "$constant")" "without equations $constant is off"
        below "$(gap elastic.h5 "$constant")" 0.02 "$input: $constant (GPa)"
    done
    below "$(gap elastic.h5 pressure)" 1e-6 "$input: zero stress (GPa)"
done
farfield show elastic-features.h5 | grep -q 'exact *perfect:V' || fail "show says what is exact"
# Leaving folds out keeps the equations.
farfield fit -q --exact perfect:V --cross-validate 3 features.h5 -o folds.h5
crystal ace:folds.h5 folds-crystal.h5
below "$(gap folds-crystal.h5 pressure)" 1e-6 "equations with cross-validation"

# The isolated atom: all functions vanish there, so that its energy is the one-body energy; with
# --e0 isolated that is the atom's own, exactly. Here every atom's energy is moved by -1.25 eV.
farfield export -q train.h5 | awk 'NF == 1 && $1 + 0 == $1 { atoms = $1 }
    { if (match($0, / energy=[^ ]*/)) { e = substr($0, RSTART + 8, RLENGTH - 8)
          $0 = substr($0, 1, RSTART) sprintf("energy=%.12f", e - 1.25 * atoms) substr($0, RSTART + RLENGTH) } print }' > moved.xyz
printf '1\nProperties=species:S:1:pos:R:3 config_type=isolated_atom energy=-1.25\nSi 0 0 0\n' >> moved.xyz
printf '1\nProperties=species:S:1:pos:R:3 config_type=alone energy=-1.25\nSi 0 0 0\n' > alone.xyz
farfield ingest -q moved.xyz --energy energy --forces forces --virial virial -o moved.h5
farfield ingest -q alone.xyz --energy energy -o alone.h5
for e0 in isolated average; do
    farfield featurize -q --order 2 --degree 6,5 --nearest 2.35 --e0 $e0 moved.h5 | farfield fit -q -o $e0.h5
    farfield evaluate -q -p ace:$e0.h5 alone.h5 -o $e0-errors.h5
done
error() { farfield show "$1" | awk '$1 == "all" && $2 == "energy" { print $4 }'; }
[ "$(error isolated-errors.h5)" = 0 ] || { farfield show isolated-errors.h5; fail "the energy of the isolated atom"; }
below 1000 "$(error average-errors.h5)" "with the average the isolated atom is off (meV)"
# As a constraint it can be met only when the one-body energy already is.
farfield ingest -q alone.xyz --energy energy --isolated nothing -o alone.h5
farfield featurize -q --order 2 --degree 6,5 --nearest 2.35 --e0 Si=-1.25 train.h5 alone.h5 -o with.h5
farfield fit -q --exact alone:E with.h5 -o with-model.h5
farfield featurize -q --order 2 --degree 6,5 --nearest 2.35 --e0 Si=-1 train.h5 alone.h5 -o without.h5
refuse 4 'no function changes them' farfield fit --exact alone:E without.h5

# More equations than functions, and names that are not there.
refuse 4 'cannot all be met exactly' farfield fit --exact rattled:EFV features.h5
refuse 2 "no group 'defect'" farfield fit --exact defect:E features.h5
refuse 2 'is not GROUP:KINDS' farfield fit --exact E features.h5
refuse 2 'does not name observations' farfield fit --exact perfect:X features.h5
refuse 3 'group perfect has no force constants' farfield fit --exact perfect:FC features.h5
