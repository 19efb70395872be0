#!/bin/sh
# Dislocations: relaxed to the tolerance in few evaluations, the same bytes with any number of threads,
# models compared with references, options that do not go together; the core of tungsten's screw and
# LAMMPS on the same cylinder, where there are the potential and the program.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
# relaxes MOST OPTIONS...: converged, in at most that many evaluations; the file is relaxed.h5.
relaxes() {
    most=$1; shift
    farfield relax-defect "$@" -o relaxed.h5 2> words || fail "$*: $(cat words)"
    count=$(sed -n 's/.*force evaluations *\([0-9]*\)$/\1/p' words)
    [ "$count" -le "$most" ] || fail "$*: $count force evaluations, expected at most $most"
    largest=$(numbers relaxed.h5 /history/max_force | tail -n 1)
    awk "BEGIN { exit !($largest <= 1e-8) }" || fail "$*: a force of $largest eV/A is left"
}
silicon="--crystal diamond --species Si --lattice-constant 5.43095 -p sw:Si"
tungsten="--crystal bcc --species W --lattice-constant 3.1652 -p fs:W"
argon="--crystal fcc --species Ar --lattice-constant relax -p lj:0.0104,3.4,8.5"

# Diamond, bcc and fcc, where dislocations dissociate; a line that has no name, of two periods, which
# leaves a saddle; a quadrupole.
relaxes 14 $silicon --dislocation screw --radius 16
cp relaxed.h5 screw.h5
relaxes 24 $silicon --dislocation mixed-60 --radius 16
relaxes 24 $tungsten --dislocation edge-100 --radius 14
relaxes 20 $argon --dislocation edge --radius 16
relaxes 30 $argon --dislocation screw --radius 16
relaxes 45 $tungsten --burgers "1/2 1/2 1/2" --line 1,1,1 --plane "1 1 -2" --periods 2 --radius 12
relaxes 16 $silicon --dislocation screw --arrangement quadrupole --cells 8x6
for threads in 1 2 4; do
    farfield relax-defect $silicon --dislocation screw --radius 16 -@ $threads -q -o threads.h5
    cmp threads.h5 screw.h5 || fail "bytes depend on the number of threads"
done

# A model on the same sites: another strength of the bond angles.
cat > model.sw <<'SW'
Si Si Si 2.1683 2.0951 1.80 20.5 1.20 -0.333333333333 7.049556277 0.6022245584 4.0 0.0 0.0
SW
farfield relax-defect -p sw:model.sw --from-reference screw.h5 -q -o model.h5
expect 0 'predicted / found  *[01][.]' farfield compare -p sw:model.sw screw.h5 model.h5 -o comparison.h5
ratio=$(sed -n 's/.*predicted . found *\([0-9.]*\)$/\1/p' err)
awk "BEGIN { exit !($ratio > 0.8 && $ratio < 1.2) }" || fail "predicted error / found: $ratio"
farfield show comparison.h5 > shown || fail "show"
expect 0 'evaluations  *1$' farfield relax-defect $silicon --dislocation screw --radius 16 \
    --start screw.h5 -o again.h5
expect 0 'energy error' farfield compare --yardstick screw.h5 again.h5 -o yardstick.h5

# What does not go together.
expect 2 'contradicts --dislocation' farfield relax-defect $silicon --dislocation screw --line 1,1,0 -o wrong.h5
expect 2 'contradicts --dislocation or' farfield relax-defect $silicon --dislocation screw -d vacancy -o wrong.h5
expect 2 "unknown dislocation 'frank'.*mixed-60" farfield relax-defect $silicon --dislocation frank -o wrong.h5
expect 2 'takes --line and --plane' farfield relax-defect $silicon --burgers 1/2,1/2,0 -o wrong.h5
expect 2 'no translation' farfield relax-defect $silicon --burgers 1/3,-1/3,0 --line 1,-1,0 --plane 1,1,1 -o wrong.h5
expect 2 'takes --dislocation or --burgers' farfield relax-defect $silicon -n 2 -d vacancy --radius 20 -o wrong.h5
expect 2 'a quadrupole takes --cells' farfield relax-defect $silicon --dislocation screw --arrangement quadrupole -o wrong.h5
expect 3 'even number' farfield relax-defect $silicon --dislocation screw --arrangement quadrupole --cells 7x4 -o wrong.h5
expect 3 'the fixed rim' farfield relax-defect $silicon --dislocation screw --radius 12 --rim 4 -o wrong.h5
expect 2 "Green's function is that" farfield relax-defect $silicon --dislocation screw --radius 12 --preconditioner green -o wrong.h5
[ ! -e wrong.h5 ] || fail "a failure left an output"

# The screw of tungsten, with the potential EAM4 (M.-C. Marinica et al. 2013).
data="${FARFIELD_SHARED_DATA:-/nowhere}"
[ -f "$data/w_eam4.fs.zip" ] || { echo "no shared data: tungsten's core is not looked at"; exit 0; }
gzip -dc < "$data/w_eam4.fs.zip" > w_eam4.fs
tungsten="--crystal bcc --species W --lattice-constant 3.143390 -p eam+lammps:w_eam4.fs"
relaxes 30 $tungsten --dislocation edge-112 --radius 20
relaxes 30 $tungsten --dislocation mixed-71 --radius 20
relaxes 18 $tungsten --dislocation screw --radius 40

# The core is compact: along each side of the triangle of columns about the line the atoms are
# shifted by a third of the Burgers vector, to 1 %, as symmetry has it.
for name in site cells centre burgers displacement reference/position unit/position unit/cell; do
    numbers relaxed.h5 /$name > "$(basename "$(dirname "$name")")-$(basename "$name")"
done
python3 - <<'PY'
import itertools, math
def read(name): return [float(x) for x in open(name)]
site, cells = [int(x) for x in read(".-site")], [int(x) for x in read(".-cells")]
centre, b = read(".-centre"), read(".-burgers")[2]
u, placed = read(".-displacement"), read("reference-position")
basis, cell = read("unit-position"), read("unit-cell")
near = []
for i, s in enumerate(site):
    n, c = s % (len(basis) // 3), s // (len(basis) // 3)
    index = (c // cells[2] // cells[1], c // cells[2] % cells[1], c % cells[2])
    x = [basis[3 * n + k] + sum(index[a] * cell[3 * a + k] for a in range(3)) for k in range(3)]
    near.append((math.hypot(x[0] - centre[0], x[1] - centre[1]),
                 placed[3 * i + 2] + u[3 * i + 2] - x[2]))
near.sort()
assert abs(near[0][0] - near[2][0]) < 1e-6 < near[3][0] - near[2][0], near[:4]
for p, q in itertools.combinations(near[:3], 2):
    shift = abs((p[1] - q[1]) / b)
    shift = abs(shift - round(shift))
    print("%.6f b" % shift)
    assert abs(shift - 1 / 3) < 0.003, shift
PY

# LAMMPS on the same cylinder, to its limit: total energies agree.
command -v lmp > /dev/null || { echo "no lmp: energies are not compared"; exit 0; }
farfield relax-defect $tungsten --dislocation screw --radius 40 -m 1 -u -q -o start.h5
farfield export start.h5 -o start.data
{
    printf 'units metal\natom_style atomic\natom_modify map array sort 0 0\nboundary p s s\n'
    printf 'read_data start.data\npair_style eam/fs\npair_coeff * * w_eam4.fs W\n'
    numbers start.h5 /fixed | awk '$1 { print "group held id " NR }'
    printf 'fix held held setforce 0 0 0\nthermo_modify norm no\nmin_style fire\n'
    printf 'minimize 0 1e-9 20000 20000\nprint "energy $(pe:%%.10f)"\n'
} > in.cylinder
lmp -in in.cylinder -log none > lammps.txt 2>&1 || fail "LAMMPS: $(tail -n 5 lammps.txt)"
lammps=$(sed -n 's/^energy \([-0-9.]*\)$/\1/p' lammps.txt)
ours=$(numbers relaxed.h5 /site_energy | awk '{ sum += $1 } END { printf "%.10f", sum }')
echo "$ours eV, LAMMPS $lammps eV"
awk "BEGIN { d = $ours - ($lammps); exit !(d <= 1e-6 && d >= -1e-6) }" ||
    fail "LAMMPS finds $lammps eV, we find $ours"
