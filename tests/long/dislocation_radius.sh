#!/bin/sh
# Dislocations in cylinders of radius 20 to 160 A: force evaluations do not grow, and the error of the
# fixed rim falls as 1/R: the corrector's strain decays as r^-2, up to a logarithm, so that what lies
# beyond R has a norm of R^-1 over the plane. Copper's, which dissociate, where LAMMPS's files are.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
data="${FARFIELD_SHARED_DATA:-/nowhere}"
[ -f "$data/w_eam4.fs.zip" ] || { echo "no shared data"; exit 77; }
gzip -dc < "$data/w_eam4.fs.zip" > w_eam4.fs

# relaxes MOST FILE OPTIONS...
relaxes() {
    most=$1 file=$2; shift 2
    farfield relax-defect "$@" -o "$file" 2> words || fail "$*: $(cat words)"
    count=$(sed -n 's/.*force evaluations *\([0-9]*\)$/\1/p' words)
    echo "$count evaluations: $*"
    [ "$count" -le "$most" ] || fail "$*: $count force evaluations, expected at most $most"
}
for name in screw edge-100; do
    for radius in 20 40 80 160; do
        relaxes 30 $name-$radius.h5 -p eam:w_eam4.fs --crystal bcc --species W \
            --lattice-constant 3.143390 --dislocation $name --radius $radius
    done
    for radius in 20 40 80; do
        farfield compare --yardstick $name-160.h5 $name-$radius.h5 -o comparison.h5 2> words
        sed -n 's/.*geometry error *\([-+0-9.e]*\) A$/\1/p' words
    done > errors
    slope=$(awk '{ x = NR * log(2); y = log($1); n++; sx += x; sy += y; sxx += x * x; sxy += x * y }
                 END { printf "%.3f", (n * sxy - sx * sy) / (n * sxx - sx * sx) }' errors)
    echo "$name: errors $(tr '\n' ' ' < errors)fall as R^$slope"
    awk "BEGIN { exit !($slope < -0.8 && $slope > -1.3) }" || fail "$name: the error falls as R^$slope"
done

# Silicon, whose sublattices follow the strain; the compared energies are those of the same atoms.
for radius in 15 30 60; do
    relaxes 20 silicon-$radius.h5 -p sw:Si --crystal diamond --species Si --lattice-constant 5.430950 \
        --dislocation screw --radius $radius
done
for radius in 15 30; do
    farfield compare --yardstick silicon-60.h5 silicon-$radius.h5 -o comparison.h5 2> words
    sed -n 's/.*geometry error *\([-+0-9.e]*\) A$/\1/p' words
done > errors
ratio=$(awk '{ value[NR] = $1 } END { printf "%.3f", value[1] / value[2] }' errors)
echo "silicon: errors $(tr '\n' ' ' < errors)"
awk "BEGIN { exit !($ratio > 1.7 && $ratio < 2.5) }" || fail "silicon: twice the radius, 1/$ratio of the error"

copper=/usr/share/lammps/potentials/Cu_mishin1.eam.alloy
[ -f "$copper" ] || { echo "no potential for copper"; exit 0; }
for name in screw edge mixed-60; do
    relaxes 30 copper.h5 -p "eam:$copper" --crystal fcc --species Cu --lattice-constant 3.615 \
        --dislocation $name --radius 30
done
