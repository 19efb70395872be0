#!/bin/sh
# Force constants as label writes them against phonopy's finite differences of the same potential's
# forces, which travel as extended XYZ: the same to 1e-8 eV/A^2, symmetric set and full matrix.
set -eu
python=/usr/bin/python3
$python -c 'import h5py, phonopy' 2> /dev/null || { echo 'no phonopy'; exit 77; }

cat > displace.py <<'PY'
# Phonopy's displaced cells of a structure from farfield export, as extended XYZ.
import sys
import common
phonon = common.phonon(sys.argv[1])
for cell in phonon.supercells_with_displacements:
    common.write(sys.stdout, cell)
PY

cat > common.py <<'PY'
import numpy
from phonopy import Phonopy
from phonopy.structure.atoms import PhonopyAtoms

def read(file):
    """Frames of an extended XYZ file written by farfield export: cell, symbols, columns."""
    frames = []
    lines = iter(open(file))
    for line in lines:
        count, header = int(line), next(lines)
        cell = numpy.array(header.split('Lattice="')[1].split('"')[0].split(), float).reshape(3, 3)
        rows = [next(lines).split() for _ in range(count)]
        frames.append((cell, [row[0] for row in rows],
                       numpy.array([row[1:] for row in rows], float)))
    return frames

def write(out, cell):
    lattice = " ".join("%.17g" % x for x in numpy.ravel(cell.cell))
    print(len(cell), file=out)
    print(f'Lattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"', file=out)
    for symbol, position in zip(cell.symbols, cell.positions):
        print(symbol, *("%.17g" % x for x in position), file=out)

def phonon(file):
    """The structure as a supercell of its own, so that phonopy keeps the order of the atoms.
    At 5e-6 A the error of the differences, step^2 / 6 times a fourth derivative of some hundred
    eV/A^4, and the rounding of the forces, 1e-14 eV/A over the step, are both of order 1e-9
    eV/A^2."""
    cell, symbols, columns = read(file)[0]
    made = Phonopy(PhonopyAtoms(symbols=symbols, cell=cell, positions=columns[:, :3]),
                   numpy.eye(3, dtype=int), primitive_matrix=numpy.eye(3))
    made.generate_displacements(distance=5e-6, is_plusminus=True)
    return made
PY

cat > compare.py <<'PY'
# Force constants of a labelled dataset against phonopy's from the forces of the displaced cells.
import sys
import h5py
import numpy
import common
structure, forces, *labelled = sys.argv[1:]
phonon = common.phonon(structure)
phonon.forces = numpy.array([columns[:, 3:6] for _, _, columns in common.read(forces)])
phonon.produce_force_constants()
found = phonon.force_constants
scale = numpy.abs(found).max()
for name in labelled:
    with h5py.File(name) as file:
        atom = file["force_constants/atom"][:]
        direction = file["force_constants/direction"][:]
        response = file["force_constants/response"][:].reshape(len(atom), -1, 3)
    expected = numpy.einsum("da,djab->djb", direction, found[atom])
    worst = numpy.abs(response - expected).max()
    print(f"{name}: {len(atom)} displacements, largest difference {worst:.1e} of {scale:.3g} eV/A^2")
    if not worst <= 1e-8:
        sys.exit(f"{name}: off by {worst} eV/A^2")
PY

# check NAME POTENTIAL GENERATE...: one structure, one potential.
check() {
    name=$1 potential=$2; shift 2
    farfield generate -q "$@" -o $name.h5
    farfield export -q --group none $name.h5 -o $name.xyz
    farfield label -q --potential $potential --observations FC $name.h5 -o $name-symmetric.h5
    farfield label -q --potential $potential --observations EFV+FC --displacements full $name.h5 \
        -o $name-full.h5
    $python displace.py $name.xyz > $name-displaced.xyz
    farfield ingest -q --energy none $name-displaced.xyz | farfield label -q --potential $potential |
        farfield export -q --group none -o $name-forces.xyz
    $python compare.py $name.xyz $name-forces.xyz $name-symmetric.h5 $name-full.h5
}
check w fs:W --crystal bcc --species W --lattice-constant 3.1652 --cells 3
check si sw:Si --crystal diamond --species Si --lattice-constant 5.43095 --cells 2
