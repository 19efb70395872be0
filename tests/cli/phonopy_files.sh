#!/bin/sh
# Force constants to and from phonopy's files, structures as POSCAR and LAMMPS data: what is written
# is what phonopy and LAMMPS read, and what phonopy writes comes back.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
python=/usr/bin/python3
$python -c 'import h5py, phonopy' 2> /dev/null || { echo 'no phonopy'; exit 77; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate -q $si --cells 2 -o crystal.h5
farfield label -q --potential sw:Si --observations FC crystal.h5 -o symmetric.h5
farfield label -q --potential sw:Si --observations EF+FC --displacements full crystal.h5 -o full.h5
farfield export -q symmetric.h5 -o SPOSCAR
for kind in symmetric full; do
    farfield export -q $kind.h5 -o FORCE_CONSTANTS.$kind
    farfield export -q $kind.h5 -o $kind-fc.hdf5
done
farfield export -q --format force-constants full.h5 | cmp - FORCE_CONSTANTS.full
farfield export -q full.h5 -o again.hdf5
cmp again.hdf5 full-fc.hdf5

cat > check.py <<'PY'
import h5py
import numpy
import phonopy
from phonopy.file_IO import (parse_FORCE_CONSTANTS, read_force_constants_hdf5,
                             write_FORCE_CONSTANTS, write_force_constants_to_hdf5)

with h5py.File("full.h5") as file:
    response = file["force_constants/response"][:].reshape(64, 3, 64, 3)
exact = response.transpose(0, 2, 1, 3)
scale = numpy.abs(exact).max()
for kind, limit in ("full", 0), ("symmetric", 1e-12):
    for found in parse_FORCE_CONSTANTS(f"FORCE_CONSTANTS.{kind}"), read_force_constants_hdf5(f"{kind}-fc.hdf5"):
        worst = numpy.abs(found - exact).max()
        print(f"{kind}: {worst:.1e} of {scale:.3g} eV/A^2")
        assert worst <= limit * scale

# As phonopy uses them: the supercell as a cell of its own, and the optical mode of silicon.
phonon = phonopy.load(unitcell_filename="SPOSCAR", supercell_matrix=numpy.eye(3, dtype=int),
                      primitive_matrix=numpy.eye(3), force_constants_filename="FORCE_CONSTANTS.symmetric",
                      is_nac=False, produce_fc=False, symmetrize_fc=False, log_level=0)
frequencies = phonon.get_frequencies([0, 0, 0])
mass = phonon.primitive.masses[0]
values = numpy.linalg.eigvalsh(exact.transpose(0, 2, 1, 3).reshape(192, 192) / mass)
expected = numpy.sqrt(abs(values)) * numpy.sqrt(1.602176634e-19 / 1.66053906660e-27) * 1e10 / 2e12 / numpy.pi
print("highest frequency", frequencies.max(), "THz, expected", expected.max())
assert abs(frequencies.max() - expected.max()) < 1e-4

# Compact, by phonopy, of the primitive cell.
primitive = phonopy.Phonopy(phonopy.structure.atoms.PhonopyAtoms(
    symbols=["Si"] * 8, cell=numpy.eye(3) * 5.43095,
    scaled_positions=[[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0], [.25, .25, .25], [.25, .75, .75],
                      [.75, .25, .75], [.75, .75, .25]]), numpy.eye(3, dtype=int) * 2,
    primitive_matrix=[[0, .5, .5], [.5, 0, .5], [.5, .5, 0]])
order = [int(numpy.argmin(numpy.linalg.norm((d := phonon.supercell.scaled_positions - s) - numpy.rint(d), axis=1)))
         for s in primitive.supercell.scaled_positions]
assert sorted(order) == list(range(64))
atoms = primitive.primitive.p2s_map
assert len(atoms) == 2
compact = exact[numpy.ix_(numpy.array(order)[atoms], order)]
write_FORCE_CONSTANTS(compact, filename="FORCE_CONSTANTS.compact", p2s_map=atoms)
write_force_constants_to_hdf5(compact, filename="compact.hdf5", p2s_map=atoms)
with open("phonopy.xyz", "w") as out:
    print(64, file=out)
    print('Lattice="%s" Properties=species:S:1:pos:R:3' % " ".join("%.17g" % x for x in primitive.supercell.cell.ravel()), file=out)
    for position in primitive.supercell.positions:
        print("Si", *("%.17g" % x for x in position), file=out)
numpy.save("atoms.npy", atoms)
numpy.save("compact.npy", compact)
PY
$python check.py

# Back again: phonopy's compact files, for its supercell; our own full ones.
farfield ingest -q --energy none phonopy.xyz -o phonopy.h5
for file in FORCE_CONSTANTS.compact compact.hdf5; do
    farfield label -q --force-constants $file phonopy.h5 -o back-$file.h5
done
farfield label -q --force-constants FORCE_CONSTANTS.full crystal.h5 -o back-full.h5
farfield label -q --force-constants full-fc.hdf5 --no-provenance crystal.h5 | farfield export -q --format force-constants |
    cmp - FORCE_CONSTANTS.full
farfield export -q back-FORCE_CONSTANTS.compact.h5 -o FORCE_CONSTANTS.completed
cat > back.py <<'PY'
import h5py
import numpy
from phonopy.file_IO import parse_FORCE_CONSTANTS
atoms, compact = numpy.load("atoms.npy"), numpy.load("compact.npy")
for name, limit in ("FORCE_CONSTANTS.compact", 1e-14), ("compact.hdf5", 0):
    with h5py.File(f"back-{name}.h5") as file:
        response = file["force_constants/response"][:].reshape(len(atoms), 3, 64, 3)
        assert (file["force_constants/atom"][:] == numpy.repeat(atoms, 3)).all()
    assert numpy.abs(response.transpose(0, 2, 1, 3) - compact).max() <= limit
completed = parse_FORCE_CONSTANTS("FORCE_CONSTANTS.completed")
worst = numpy.abs(completed[atoms] - compact).max()
assert worst < 1e-10, worst
assert numpy.abs(completed - completed.transpose(1, 0, 3, 2)).max() < 1e-10
PY
$python back.py
farfield evaluate --potential sw:Si back-FORCE_CONSTANTS.compact.h5 2> table > /dev/null
grep -q ' FC ' table || { cat table; fail 'imported force constants are no observation'; }

# LAMMPS reads the data file, whatever the cell, and finds the masses there.
if command -v lmp > /dev/null; then
    farfield generate -q $si --cells 2 --count 1 --rattle 0.05 --strain 0.05 -o one.h5
    farfield label -q --potential sw:Si one.h5 -o labelled.h5
    farfield export -q labelled.h5 -o one.data
    echo 'Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333333333 7.049556277 0.6022245584 4.0 0.0 0.0' > Si.sw
    cat > in.lmp <<'LMP'
units metal
atom_style atomic
read_data one.data
pair_style sw
pair_coeff * * Si.sw Si
run 0
print "energy $(pe:%.17g)"
LMP
    lmp -in in.lmp -log none > log || { tail log; fail 'LAMMPS does not read the data file'; }
    grep '^energy' log | cut -d ' ' -f 2 > theirs
    farfield export -q labelled.h5 | sed -n 's/.* energy=\([^ ]*\).*/\1/p' | tail -n 1 > ours
    paste ours theirs | awk '{ exit !(($1 - $2)^2 < 1e-20 * $1^2) }' || { paste ours theirs; fail 'another energy'; }
fi

refuse 2 'exclude each other' farfield label --potential sw:Si --force-constants compact.hdf5 crystal.h5
refuse 2 'potential' farfield label crystal.h5
refuse 3 'force constants of 64 atoms for a structure of 8' sh -c 'farfield generate -q '"$si"' --cells 1 | farfield label --force-constants FORCE_CONSTANTS.full - "$@"' sh
head -n 100 FORCE_CONSTANTS.full > short
refuse 3 'short:100: the file ends' farfield label --force-constants short crystal.h5
refuse 3 'no force constants' farfield export --format force-constants crystal.h5
refuse 3 'cannot be exported to force-constants' sh -c 'farfield relax-defect -q '"$si"' --defect vacancy --cells 2 --potential sw:Si | farfield export --format force-constants - "$@"' sh
farfield generate -q $si --cells 1 --count 2 --rattle 0.1 -o two.h5
refuse 3 '2 structures' farfield export --format poscar two.h5
refuse 2 'expected extxyz' farfield export --format cif two.h5
