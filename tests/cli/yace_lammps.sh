#!/bin/sh
# What farfield exports is what LAMMPS computes: pair style pace against the model itself and against
# the .yace read back, for orders 1 to 5, one and two species, several radial forms.
# FARFIELD_LAMMPS names a LAMMPS with the style.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
lammps=${FARFIELD_LAMMPS:-lmp}
"$lammps" -h 2> /dev/null | grep -qw pace || { echo "$lammps has no pair style pace"; exit 77; }

# Differences of energies per atom (eV) and forces (eV/A) between the labels of a dataset and LAMMPS.
cat > compare.py << 'PYTHON'
import re, subprocess, sys
lammps, potential, dataset, *symbols = sys.argv[1:]
lines = open(dataset).read().splitlines()
at, energy_error, force_error = 0, 0.0, 0.0
while at < len(lines):
    atoms, header = int(lines[at]), lines[at + 1]
    rows = [line.split() for line in lines[at + 2 : at + 2 + atoms]]
    at += 2 + atoms
    cell = re.search(r'Lattice="([^"]*)"', header)
    if not cell:
        continue
    cell = [float(x) for x in cell.group(1).split()]
    assert cell[1] == cell[2] == cell[5] == 0, "LAMMPS wants a lower triangular cell"
    data = f"\n\n{atoms} atoms\n{len(symbols)} atom types\n"
    data += "".join(f"0 {cell[4 * k]!r} {a}lo {a}hi\n" for k, a in enumerate("xyz"))
    data += f"{cell[3]!r} {cell[6]!r} {cell[7]!r} xy xz yz\n\nMasses\n\n"
    data += "".join(f"{k + 1} 1\n" for k in range(len(symbols))) + "\nAtoms\n\n"
    for k, row in enumerate(rows):
        data += f"{k + 1} {symbols.index(row[0]) + 1} {' '.join(row[1:4])}\n"
    open("data", "w").write(data)
    open("in", "w").write(
        f"""units metal
atom_style atomic
atom_modify map array sort 0 0
box tilt large
read_data data
pair_style pace
pair_coeff * * {potential} {' '.join(symbols)}
compute e all pe/atom
dump d all custom 1 dump id c_e fx fy fz
dump_modify d sort id format float %.17g
run 0
"""
    )
    subprocess.run([lammps, "-in", "in", "-log", "none", "-screen", "none"], check=True)
    dump = open("dump").read().splitlines()
    start = next(k for k, line in enumerate(dump) if line.startswith("ITEM: ATOMS")) + 1
    for row, line in zip(rows, dump[start:]):
        found = [float(x) for x in line.split()[1:]]
        wanted = [float(x) for x in row[7:8] + row[4:7]]
        energy_error = max(energy_error, abs(found[0] - wanted[0]))
        force_error = max(force_error, *(abs(a - b) for a, b in zip(found[1:], wanted[1:])))
print(energy_error, force_error)
PYTHON

# case NAME TRAINING TEST SYMBOLS FEATURE-OPTIONS...: columns of a dataset are species, position,
# forces, site energy.
check() {
    name=$1 training=$2 test=$3 symbols=$4; shift 4
    farfield featurize -q "$training" "$@" | farfield fit -q --ridge 1e-4 -o "$name.h5"
    farfield export "$name.h5" -o "$name.yace" 2> note
    told=$(sed -n 's/.*differ by some \([^ ]*\) .*/\1/p' note)
    for potential in "$name.h5" "$name.yace"; do
        farfield label -q "$test" --potential "ace:$potential" --site-energies | farfield export -q -o labelled.xyz
        python3 compare.py "$lammps" "$name.yace" labelled.xyz $symbols > errors
        echo "$potential: told $told, found $(cat errors)"
        awk -v told="$told" '{ exit !($1 < 1e-10 && $2 < 1e-9 && $2 < 10 * told) }' errors ||
            fail "$potential: LAMMPS differs by $(cat errors) in energy and force, told $told"
    done
}

generate() { farfield generate -q "$@"; }
generate --crystal bcc --species W --lattice-constant 3.1652 --cells 2 --count 12 --rattle 0.12 --strain 0.02 |
    farfield label -q --potential fs:W -o w.h5
generate --crystal bcc --species W --lattice-constant 3.1652 --cells 3 --count 1 --rattle 0.1 --seed 7 -o w-test.h5
check one w.h5 w-test.h5 W --degree 9 --order 1
check pairs w.h5 w-test.h5 W --degree 9 --order 1 --pair-degree 0
check two w.h5 w-test.h5 W --degree 8,8
check three w.h5 w-test.h5 W --degree 8,8,7 --radial polynomial:2 --pair-radial exponential:4
check four w.h5 w-test.h5 W --degree 8,6,6,6 --radial agnesi:2,4
check five w.h5 w-test.h5 W --degree 8,5,5,6,6 --l-weight 0.7

# An alloy: its reference is a potential made for pair style pace.
alloy() { farfield export -q | awk '/^Al / && ++n % 3 == 0 { $1 = "Ni" } 1' | farfield ingest -q --energy none -; }
reference=ace:$FARFIELD_TOP/tests/formats/data/yace/exponential.yace
generate --crystal fcc --species Al --lattice-constant 4.0 --cells 2 --count 8 --rattle 0.12 --strain 0.02 | alloy |
    farfield label -q --potential "$reference" -o alni.h5
generate --crystal fcc --species Al --lattice-constant 4.0 --cells 2 --count 1 --rattle 0.1 --seed 7 | alloy > alni-test.h5
check alloy alni.h5 alni-test.h5 'Al Ni' --degree 7,6,5,5 --cutoff 5.2,Al-Ni=5.0 --radial power:2/chebyshev
