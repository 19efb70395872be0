#!/bin/sh
# Cores of dislocations: the Nye tensor holds the Burgers vector and the place of the line, the
# differential displacements go round it, and show and the report tell of both.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
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

# The same table as CSV, in as many digits as it has: the numbers in the file, and by gnuplot's recipe in
# docs/defects.md the arrows of the report's figure.
farfield export -q screw.h5 -o core.csv
farfield export -q screw.h5 -o core.csv.gz
gzip -dc core.csv.gz | cmp - core.csv
farfield export --format differential-displacements screw.h5 | cmp - core.csv
[ "$(head -n 1 core.csv)" = 'from_x [A],from_y [A],to_x [A],to_y [A],difference [b]' ] || fail "heading: $(head -n 1 core.csv)"
for name in from_x from_y to_x to_y difference; do
    numbers screw.h5 /quantities/columns/$name > column-$name
done
paste -d , column-from_x column-from_y column-to_x column-to_y column-difference |
    awk -F , 'FNR == NR { for (k = 1; k <= 5; k++) stored[FNR, k] = $k; n = FNR; next }
        FNR > 1 { for (k = 1; k <= 5; k++) { d = $k - stored[FNR - 1, k]; if (NF != 5 || d > 1e-12 || d < -1e-12) exit 1 } }
        END { exit !(n > 50 && FNR == n + 1) }' - core.csv || fail "another table than the file's"
if command -v gnuplot > /dev/null; then
    sed -n "/^set datafile separator/,/^\`\`\`/p" "$FARFIELD_TOP/docs/defects.md" | grep -v '^```' > recipe
    { echo 'set terminal svg; set output "own.svg"; set table "own.dat"'; cat recipe; } | gnuplot || fail "the recipe"
    awk '/differential/ { on = 1; next } on && NF == 4' screw/figures/core.dat |
        awk 'FNR == NR { x[NR] = $1; y[NR] = $2; dx[NR] = $3; dy[NR] = $4; n = NR; next }
            NF == 5 { for (p = 1; p <= n; p++)
                if (($1 - x[p])^2 + ($2 - y[p])^2 + ($3 - dx[p])^2 + ($4 - dy[p])^2 < 1e-6) found[p] = 1 }
            END { for (p = 1; p <= n; p++) if (!found[p]) exit 1; exit n < 50 }' - own.dat || fail "other arrows by the recipe"
fi
