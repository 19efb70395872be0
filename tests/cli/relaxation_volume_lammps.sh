#!/bin/sh
# Relaxation volumes against LAMMPS: the cell with the defect and the perfect one, both relaxed to zero
# pressure. The lattice constant given here is a little off, so that the crystal is under pressure.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
[ -f "$FARFIELD_SHARED_DATA/w_eam4.fs.zip" ] || { echo 'no shared data'; exit 77; }
command -v lmp > /dev/null && command -v unzip > /dev/null || { echo 'no LAMMPS'; exit 77; }
unzip -q "$FARFIELD_SHARED_DATA/w_eam4.fs.zip"

volume() { # DATA: of the cell without pressure
    printf '%s\n' 'units metal' 'boundary p p p' "read_data $1" 'pair_style eam/fs' \
        'pair_coeff * * w_eam4.fs W' 'fix 1 all box/relax iso 0.0 vmax 0.0001' 'thermo_style custom step vol' \
        'thermo 1000' 'minimize 0 1e-10 5000 20000' 'minimize 0 1e-10 5000 20000' \
        'variable v equal vol' 'print "volume $(v_v:%.12g)"' > in.lammps
    lmp -in in.lammps -log none -screen words > /dev/null 2>&1 || { tail words; fail 'LAMMPS fails'; }
    awk '$1 == "volume" { print $2 }' words | tail -n 1
}
tungsten="-p eam:w_eam4.fs --crystal bcc --species W --lattice-constant 3.1435 --cells 5"
farfield generate -q --crystal bcc --species W --lattice-constant 3.1435 --cells 5 | farfield export -q -o perfect.data
perfect=$(volume perfect.data)
for defect in vacancy dumbbell-111; do
    farfield relax-defect -q $tungsten --defect $defect -o $defect.h5
    farfield export -q $defect.h5 -o $defect.data
    with=$(volume $defect.data)
    own=$(farfield show $defect.h5 | awk '/relaxation volume/ { print $3 }')
    # To first order in the strain of the cell: 0.5 % for the interstitial.
    awk -v a="$with" -v b="$perfect" -v own="$own" 'BEGIN {
        print "LAMMPS", a - b, "own", own; exit !(own / (a - b) > 0.97 && own / (a - b) < 1.04) }' || fail "$defect"
done
