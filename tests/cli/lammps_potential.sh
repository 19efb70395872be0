#!/bin/sh
# LAMMPS's library as a potential, against our own Stillinger-Weber: cells of any shape and hand,
# slabs, wires, clusters, several species, many frames and threads; what LAMMPS refuses is reported.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
python=/usr/bin/python3
$python -c 'import ctypes, h5py; ctypes.CDLL("liblammps.so.0")' 2> /dev/null || { echo 'no liblammps or h5py'; exit 77; }

cat > two.sw <<'SW'
Ga Ga Ga 1.20 2.10 1.60 32.5 1.20 -0.333333333333 7.917 0.72 4.0 0.0 0.0
N N N 1.30 1.30 1.80 30.5 1.10 -0.3 7.9 0.70 4.0 0.0 0.0
Ga Ga N 1.6 0.0 0.0 31 0.0 -0.35 0.0 0.0 0.0 0.0 0.0
Ga N Ga 1.6 0.0 0.0 31 0.0 -0.35 0.0 0.0 0.0 0.0 0.0
Ga N N 2.17 1.695 1.80 32.5 1.20 -0.333333333333 7.917 0.72 4.0 0.0 0.0
N Ga Ga 2.17 1.695 1.80 29 1.30 -0.4 7.917 0.72 4.0 0.0 0.0
N Ga N 1.6 0.0 0.0 27 0.0 -0.2 0.0 0.0 0.0 0.0 0.0
N N Ga 1.6 0.0 0.0 27 0.0 -0.2 0.0 0.0 0.0 0.0 0.0
SW
cat > make.py <<'PY'
# Zinc blende, strained, turned and rattled at random, with every periodicity and both hands.
import itertools
import numpy
random = numpy.random.default_rng(1)
base = numpy.array([[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0]])
for case, periodic in enumerate(itertools.product("TF", repeat=3)):
    for hand in (1, -1):
        cell = 4.5 * numpy.diag([1, 1, hand]) @ (numpy.eye(3) + random.uniform(-.05, .05, (3, 3)))
        cell = cell @ numpy.linalg.qr(random.normal(size=(3, 3)))[0]
        if case % 2:
            cell[1] += cell[0]  # a skewed choice of the same lattice
        for step in range(2):  # the same box with atoms elsewhere
            positions = numpy.concatenate([base, base + .25]) @ cell + random.normal(0, .05, (8, 3)) + 3 * cell[0]
            print(8)
            print('Lattice="%s" pbc="%s" Properties=species:S:1:pos:R:3' %
                  (" ".join("%.17g" % x for x in cell.ravel()), " ".join(periodic)))
            for symbol, position in zip(["Ga"] * 4 + ["N"] * 4, positions):
                print(symbol, *("%.17g" % x for x in position))
PY
$python make.py > cells.xyz
farfield ingest -q --energy none cells.xyz -o cells.h5
lammps="lammps:pair_style sw; pair_coeff * * two.sw N Ga"
farfield label -q --potential "$lammps" cells.h5 -o lammps.h5
farfield label -q --potential sw:two.sw cells.h5 -o sw.h5
cat > worst.py <<'PY'
import sys
import h5py
import numpy
for dataset in "frames/energy", "atoms/force", "frames/virial", "isolated/energy":
    a, b = (h5py.File(name)[dataset][:] for name in ("lammps.h5", "sw.h5"))
    worst = numpy.abs(a - b).max() / max(numpy.abs(b).max(), 1)
    print(f"{dataset}: {worst:.1e} of {numpy.abs(b).max():.3g}")
    if not worst <= 1e-12:
        sys.exit("too far")
PY
$python worst.py
farfield label -q -@ 1 --potential "$lammps" cells.h5 | cmp - lammps.h5
farfield label -q --potential "lammps:species=N,Ga; pair_style sw; pair_coeff * * two.sw N Ga" cells.h5 -o other.h5

# The file that the commands name is part of the history.
farfield show --provenance lammps.h5 | grep -q "potential sha256:$(sha256sum two.sw | cut -c 1-8)" || fail 'two.sw is not recorded'

# The commands that docs/potentials.md shows.
if [ -e /usr/share/lammps/potentials/SiC.tersoff ]; then
    cp /usr/share/lammps/potentials/SiC.tersoff .
    sed 's/Ga/Si/; s/^N/C/' cells.xyz > sic.xyz
    sed 's/^Ga/Ar/; s/^N/Ar/' cells.xyz > ar.xyz
    grep '^    farfield label --potential "lammps:' "$FARFIELD_TOP/docs/potentials.md" > shown
    [ "$(wc -l < shown)" = 2 ] || fail 'docs/potentials.md shows other commands'
    for structure in sic ar; do
        farfield ingest -q --energy none $structure.xyz -o in.h5
        sed -n "$([ $structure = sic ] && echo 1 || echo 2)p" shown > command.sh
        sh -eu command.sh 2> log || { cat log; fail "as documented: $(cat command.sh)"; }
    done
fi

# fails CODE PATTERN COMMANDS: label with these commands does so.
fails() { refuse "$1" "$2" farfield label -q --potential "lammps:$3" cells.h5; }
fails 4 "ERROR: Unrecognized pair style 'nonsense'" 'pair_style nonsense; pair_coeff * * Ga N'
fails 4 'cannot open sw potential file missing.sw' 'pair_style sw; pair_coeff * * missing.sw Ga N'
fails 2 'which elements are the atom types' 'pair_style lj/cut 5'
fails 2 "'Xx' is not the symbol" 'species=Ga,Xx; pair_style lj/cut 5'
fails 3 'does not describe' 'pair_style sw; pair_coeff * * two.sw Ga'
