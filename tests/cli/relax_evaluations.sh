#!/bin/sh
# How many force evaluations relaxations to 1e-8 eV/A take: vacancies at most 9, every interstitial at
# most 25, in cells of 1,000 atoms, and with one potential within two of that in cells of 4,000.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
data=${FARFIELD_SHARED_DATA:-}

# evaluations DEFECT CELLS ARGUMENT...
evaluations() {
    defect=$1 cells=$2; shift 2
    ends 0 farfield relax-defect --no-stability --crystal bcc --species W --cells "$cells" --defect "$defect" "$@" -o relaxed.h5
    sed -n 's/.*force evaluations  *//p' err
}

# count MOST DEFECT ARGUMENT...
count() {
    most=$1 defect=$2; shift 2
    few=$(evaluations "$defect" 8 "$@")
    [ "$few" -le "$most" ] || fail "$few evaluations: $defect $*"
    [ "$larger" = yes ] || return 0
    many=$(evaluations "$defect" 13 "$@")
    [ "$many" -le $((few + 2)) ] || fail "from $few to $many evaluations: $defect $*"
}

# potential ARGUMENT...
potential() {
    count 9 vacancy "$@"
    for defect in dumbbell-100 dumbbell-110 dumbbell-111 crowdion interstitial-octahedral interstitial-tetrahedral; do
        count 25 $defect "$@"
    done
}

larger=yes
potential --potential fs:W --lattice-constant 3.1652
[ -e "$data/w_eam4.fs.zip" ] || { echo "no shared data: Finnis and Sinclair's tungsten only"; exit 0; }
larger=no
gzip -dc < "$data/w_eam4.fs.zip" > w_eam4.fs
potential --potential eam:w_eam4.fs --lattice-constant 3.143392
potential --potential "eam:$data/W_Zhou04.eam.alloy" --lattice-constant 3.16485
