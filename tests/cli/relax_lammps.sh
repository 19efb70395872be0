#!/bin/sh
# Relaxed energies against LAMMPS: the same unrelaxed structures, minimised by LAMMPS as far as it
# goes, against the perfect crystal's energy as LAMMPS has it. Within 1e-6 eV.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
command -v lmp > /dev/null || { echo 'no lmp'; exit 77; }

# minimise NAME STYLE COEFFICIENTS: writes the energy that LAMMPS ends with, eV.
minimise() {
    cat > "$1.in" <<LMP
units metal
atom_style atomic
atom_modify map array
read_data $1.data
pair_style $2
pair_coeff * * $3
thermo_modify norm no format float %.12f
variable e equal pe
min_style cg
minimize 0 1e-9 2000 20000
min_style fire
minimize 0 1e-9 4000 40000
print "ENERGY \$(v_e:%.12f)"
LMP
    lmp -in "$1.in" -log none > "$1.out" 2>&1 || fail "lmp: $(tail -n 5 "$1.out")"
    sed -n 's/^ENERGY *//p' "$1.out"
}

# check POTENTIAL CRYSTAL SPECIES CONSTANT CELLS DEFECT STYLE COEFFICIENTS [OPTION...]
check() {
    potential=$1 crystal="--crystal $2 --species $3 --lattice-constant $4" cells=$5 defect=$6
    style=$7 coefficients=$8; shift 8
    farfield relax-defect -p "$potential" $crystal --cells "$cells" --defect "$defect" -o relaxed.h5 "$@" 2> err
    energy=$(sed -n 's/.*formation energy *\([-0-9.]*\) eV.*/\1/p' err)
    atoms=$(sed -n 's/.* \([0-9]*\) atoms$/\1/p' err)
    farfield generate -q $crystal --cells 2 -o perfect.h5
    farfield export -q perfect.h5 -o perfect.data
    if [ $# = 0 ]; then
        farfield generate -q $crystal --cells "$cells" --defect "$defect" -o defect.h5
    else # symmetry has been broken at random: from where we ended, rattled
        farfield generate -q --rattle 0.01 relaxed.h5 -o defect.h5
    fi
    farfield export -q defect.h5 -o defect.data
    per_atom=$(minimise perfect "$style" "$coefficients")
    found=$(minimise defect "$style" "$coefficients")
    sites=$(sed -n 's/^ *\([0-9]*\) atoms$/\1/p' perfect.data)
    awk -v ours="$energy" -v found="$found" -v bulk="$per_atom" -v sites="$sites" -v atoms="$atoms" -v name="$potential $defect" \
        'BEGIN { theirs = found - atoms * bulk / sites; d = ours - theirs
                 printf "%s: %.8f, LAMMPS %.8f, difference %.1e eV\n", name, ours, theirs, d; exit !(d < 1e-6 && d > -1e-6) }' ||
        fail "the energies differ"
}

cat > Si.sw <<'SW'
Si Si Si 2.1683 2.0951 1.80 21.0 1.20 -0.333333333333 7.049556277 0.6022245584 4.0 0.0 0.0
SW
check sw:Si diamond Si 5.43095 2 interstitial-tetrahedral sw "Si.sw Si"
check sw:Si.sw diamond Si 5.43095 2 vacancy sw "Si.sw Si" --break-symmetry 0.4
data=$FARFIELD_SHARED_DATA/W_Zhou04.eam.alloy
if [ -f "$data" ]; then
    cp "$data" .
    check eam+lammps:W_Zhou04.eam.alloy bcc W 3.16485 4 vacancy eam/alloy "W_Zhou04.eam.alloy W"
    check eam+lammps:W_Zhou04.eam.alloy bcc W 3.16485 4 dumbbell-110 eam/alloy "W_Zhou04.eam.alloy W"
fi
