#!/bin/sh
# farfield ingest on wrong input: each case its exit code and message, and no output left behind.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# wrong CODE 'part of the message' ARGUMENT...   (input on standard input)
wrong() {
    code=$1 message=$2
    shift 2
    ends "$code" farfield ingest "$@" -o out.h5
    says "$message"
    [ ! -s out ] || fail "$*: words on standard output"
    for left in out.h5*; do [ ! -e "$left" ] || fail "$*: $left was left behind"; done
}
frame() { printf '%s\n' "$@" > in.xyz; }

# command lines
wrong 2 'missing FILE...'
frame 1 'e=1' 'Si 0 0 0'
wrong 2 'give one of them' in.xyz --virial a --stress b
wrong 2 "--units: stress: 'hPa' is none of GPa, kbar, bar, atm, Pa, or an energy/length^3" in.xyz --units stress=hPa
wrong 2 "--units: energy: 'ev' is none of eV, meV" in.xyz --units energy=ev
wrong 2 "--units: 'temperature' is none of energy, length, force, virial, stress" in.xyz --units temperature=K
wrong 2 "--units: 'vsap' is neither QUANTITY=UNIT nor one of ase, vasp" in.xyz --units vsap
wrong 2 "--tensor-order: 'qe' is none of voigt, vasp, lammps, rows" in.xyz --tensor-order qe
wrong 2 "--e0: 'Si' is no SYMBOL=ENERGY" in.xyz --e0 Si
wrong 2 "--e0: 'Xx=1' is no SYMBOL=ENERGY" in.xyz --e0 Si=1,Xx=1
wrong 2 "--e0: 'Si=1x' is no SYMBOL=ENERGY" in.xyz --e0 Si=1x
wrong 2 '--e0: Si is given twice' in.xyz --e0 Si=1,Si=2
wrong 2 'standard input can be read only once' - - --energy none < in.xyz

# files
wrong 5 'no-such.xyz: cannot be opened: No such file or directory' no-such.xyz
wrong 5 'Is a directory' .
: > empty.xyz
wrong 3 'empty.xyz: the file is empty, expected extended XYZ' empty.xyz
wrong 3 'standard input: the file is empty' - < empty.xyz
gzip -c in.xyz > in.gz
head -c 20 in.gz > cut.gz
wrong 3 'the gzip data is truncated' cut.gz --energy none
{ head -c -8 in.gz; printf 'checksum'; } > bad.gz
wrong 3 'the gzip data is damaged' bad.gz --energy none
printf '\0\5\26\7\0\2\0\0Mac OS X        ' > ._in.xyz
wrong 3 '._in.xyz:1:1: a macOS resource file' ._in.xyz
printf '\211HDF\r\n\032\n\0\0' > data.h5
wrong 3 'data.h5: is a truncated or damaged HDF5 file' data.h5

# labels
frame 1 'energy=-1 my_energy=-2' 'Si 0 0 0'
wrong 3 "--energy: no frame has a key 'dft_energy'; found energy, my_energy" in.xyz --energy dft_energy
wrong 3 "--forces: no frame has a column 'forces'" in.xyz --energy energy --forces forces
wrong 3 "--group: no frame has a key 'kind'" in.xyz --energy energy --group kind
frame 1 'energy=NaN' 'Si 0 0 0'
wrong 3 "in.xyz:2:8: frame 1: energy: expected a finite number, found text 'NaN'" in.xyz --energy energy
frame 2 'Properties=species:S:1:pos:R:3:forces:R:3' 'Si 0 0 0 0 0 0' 'Si 2 0 0 0 nan 0'
wrong 3 "in.xyz:4: frame 1, atom 2: column 'forces': nan is not a finite number" in.xyz --forces forces
frame 1 'stress="1 2 3 4 5 6"' 'Si 0 0 0'
wrong 3 'stress: a frame without a cell has no stress' in.xyz --stress stress

# atoms
frame 3 'Lattice="4 0 0 0 4 0 0 0 4"' 'Si 0 0 0' 'Si 2 2 2' 'Si 4 4 4.0005'
wrong 3 'in.xyz:3: frame 1, atom 1: atoms 1 and 3 are 0.0005 A apart, expected at least 0.001 A' in.xyz
frame 1 'Lattice="4 0 0 8 0 0 0 0 4"' 'Si 0 0 0'
wrong 3 'in.xyz:2: frame 1: the cell is singular' in.xyz
frame 1 '' 'Q 0 0 0'
wrong 3 "in.xyz:3: frame 1, atom 1: column 'species': 'Q' is no chemical element" in.xyz
frame 2 '' 'Si 0 0 0'
wrong 3 'in.xyz:3: frame 1, atom 2: the file ends after 1 of 2 atoms' in.xyz

# isolated atoms
frame 1 'config_type=isolated_atom e=-1' 'Si 0 0 0' 1 'config_type=IsolatedAtom e=-2' 'Si 0 0 0'
wrong 3 'in.xyz:4: frame 2: the isolated Si atom has -2 eV, an earlier one -1 eV; settle it with --e0' in.xyz --energy e
frame 1 'config_type=alone' 'Si 0 0 0' 1 'e=-1 config_type=alone' 'Si 0 0 0'
wrong 3 "in.xyz:1: frame 1: the isolated atom has no 'e'" in.xyz --energy e --isolated alone
frame 2 'config_type=isolated_atom' 'Si 0 0 0' 'Si 2 0 0'
wrong 3 'group isolated_atom is of isolated atoms, but the frame has 2 atoms' in.xyz

# a previous result stays when the next run fails
frame 1 'e=1' 'Si 0 0 0'
farfield ingest -q in.xyz -o kept.h5
cp kept.h5 before.h5
frame 1 'e=1' 'Si 0 0'
ends 3 farfield ingest -q in.xyz -o kept.h5
cmp kept.h5 before.h5
