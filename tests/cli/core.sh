#!/bin/sh
# Cores of dislocations: the Nye tensor holds the Burgers vector and the place of the line, the
# differential displacements go round it, and show and the report tell of both.
set -eu
fail() { echo "$1" >&2; exit 1; }
tungsten="-p fs:W --crystal bcc --species W --lattice-constant 3.1652"
farfield relax-defect -q $tungsten --dislocation screw -R 20 -o screw.h5
farfield relax-defect -q $tungsten --dislocation edge-110 -R 22 -t 1e-3 -o edge.h5

# found FILE COLUMN: the Burgers vector, 2.7411 A, within 4 % along x or z and nothing else.
found() { farfield show $1.h5 | awk -v c="$2" '/Burgers vector found/ {
    for (k = 4; k <= 6; k++) { want = k == c ? 2.7411 : 0; if (($k - want)^2 > 0.11^2) exit 1 }; seen = 1 }
    END { exit !seen }' || { farfield show $1.h5 | head -20; fail "$1: another Burgers vector"; }; }
found screw 6
found edge 4
farfield show screw.h5 | grep -q 'elastic dipole' && fail "a dislocation has no dipole"
[ "$(h5dump -y -w 0 -d /virial screw.h5 | grep -o -i nan | wc -l)" = 6 ] || fail "the surface's virial is kept"

farfield report -q screw.h5 edge.h5 -o report
[ -s report/figures/core.svg ] || fail "no map of the core"
grep -q 'spread of the core' report/index.html || fail "the core is not in the table"
# The three columns next to a screw's line are a third of a Burgers vector apart, each from the next.
farfield report -q screw.h5 -o screw
awk '/differential/ { on = 1; next } on && NF == 4 { print sqrt($3 * $3 + $4 * $4) }' screw/figures/core.dat |
    sort -g | tail -n 3 | awk '{ n += $1 > 2.4 && $1 < 2.7 } END { exit n != 3 }' || fail "no triangle about the line"
farfield export -q screw.h5 -o screw.xyz
grep -q 'fixed:L:1' screw.xyz && awk 'NR > 2 && $(NF - 1) == "T" { n++ } END { exit n < 50 }' screw.xyz || fail "the rim is not marked"
