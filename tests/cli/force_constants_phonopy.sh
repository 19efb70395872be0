#!/bin/sh
# Force constants as label writes them against phonopy's finite differences of the same potential's
# forces, which travel as extended XYZ: the same to 1e-8 eV/A^2, symmetric set and full matrix, of
# reference potentials and of a model fitted to force constants; and these within 1 % of the
# reference's.
set -eu
python=/usr/bin/python3
$python -c 'import h5py, phonopy' 2> /dev/null || { echo 'no phonopy'; exit 77; }

cat > displace.py <<'PY'
# Phonopy's displaced cells of a structure from farfield export, as extended XYZ.
import sys
import common
for distance in common.DISTANCES:
    for cell in common.phonon(sys.argv[1], distance).supercells_with_displacements:
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

# Plus and minus each, A. Extrapolated, what is left are the sixth derivatives, 1e-16 A^4 of them,
# and the rounding of the forces, 1e-13 eV/A over the distance.
DISTANCES = 1e-4, 2e-4

def extrapolate(once, twice):
    return (4 * once - twice) / 3

def phonon(file, distance):
    """The structure as a supercell of its own, so that phonopy keeps the order of the atoms."""
    cell, symbols, columns = read(file)[0]
    made = Phonopy(PhonopyAtoms(symbols=symbols, cell=cell, positions=columns[:, :3]),
                   numpy.eye(3, dtype=int), primitive_matrix=numpy.eye(3))
    made.generate_displacements(distance=distance, is_plusminus=True)
    return made
PY

cat > compare.py <<'PY'
# Force constants of a labelled dataset against phonopy's from the forces of the displaced cells.
import sys
import h5py
import numpy
import common
structure, forces, *labelled = sys.argv[1:]
forces = numpy.array([columns[:, 3:6] for _, _, columns in common.read(forces)])

def differences(distance, forces):
    phonon = common.phonon(structure, distance)
    phonon.forces = forces
    phonon.produce_force_constants()
    return phonon.force_constants

found = common.extrapolate(*map(differences, common.DISTANCES, numpy.split(forces, 2)))
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

cat > norms.py <<'PY'
# A model's force constants against the reference's, as norms over all responses.
import sys
import h5py
import numpy
model, reference = (h5py.File(name)["force_constants/response"][:] for name in sys.argv[1:])
error = numpy.linalg.norm(model - reference) / numpy.linalg.norm(reference)
print(f"the model's force constants are {100 * error:.2g} % off")
if not error < 0.01:
    sys.exit("more than 1 %")
PY

# check NAME POTENTIAL STRUCTURE: labels in NAME-symmetric.h5 and NAME-full.h5.
check() {
    farfield export -q --group none $3 -o $1.xyz
    farfield label -q --potential $2 --observations FC $3 -o $1-symmetric.h5
    farfield label -q --potential $2 --observations EFV+FC --displacements full $3 -o $1-full.h5
    $python displace.py $1.xyz > $1-displaced.xyz
    farfield ingest -q --energy none $1-displaced.xyz | farfield label -q --potential $2 |
        farfield export -q --group none -o $1-forces.xyz
    $python compare.py $1.xyz $1-forces.xyz $1-symmetric.h5 $1-full.h5
}
si="--crystal diamond --species Si --lattice-constant 5.43095 --cells 2"
w="--crystal bcc --species W --lattice-constant 3.1652"
farfield generate -q $si -o diamond.h5
farfield generate -q $w --cells 3 -o bcc.h5
check si sw:Si diamond.h5
check w fs:W bcc.h5

# A model of tungsten from rattled and strained cells and the force constants of the perfect one.
farfield generate -q $w --cells 2 --count 10 --rattle 0.05 --strain 0.02 |
    farfield label -q --potential fs:W -o rattled.h5
farfield featurize -q rattled.h5 w-symmetric.h5 --order 3 --degree 10,8,6 |
    farfield fit --observations EFV+FC -o model.h5
check model ace:model.h5 bcc.h5
$python norms.py model-full.h5 w-full.h5
