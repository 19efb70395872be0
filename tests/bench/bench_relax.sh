#!/bin/sh
# Relaxations: force evaluations, time and memory of farfield relax-defect from a thousand to a million
# atoms; and beside LAMMPS's minimisers and ASE's on the same cells, each pushed to 1e-8 eV/A.
# Needs nothing but Farfield; LAMMPS (lmp), ASE and FARFIELD_SHARED_DATA add rows.
# FARFIELD_BENCH_CELLS: the sizes (default "8 17 37 80", which takes some minutes and 3 GB).
set -eu
export PATH="$BUILD/bin:$PATH"
shared=${FARFIELD_SHARED_DATA:-}
eam=W_Zhou04.eam.alloy

# relax LABEL POTENTIAL CONSTANT CELLS DEFECT
relax() {
    /usr/bin/time -f 'USED %e %M' farfield relax-defect -v -p "$2" --crystal bcc --species W --lattice-constant "$3" \
        --cells "$4" --defect "$5" -o relaxed.h5 2> log || { cat log; return; }
    awk -v label="$1" -v defect="$5" '{ sub(/^farfield-relax-defect: */, "") }
        /^defect / { atoms = $(NF - 1) } /^force evaluations/ { evaluations = $3 } /^largest force/ && !force { force = $3 }
        /^Hessian products/ { whole = $3; core = $(NF - 1) } /^USED/ { seconds = $2; kilobytes = $3 }
        END { printf "%-22s %-13s %9d atoms %5d evaluations  largest force %8.1e  products %3d + %-7s %8.2f s %6.2f kB an atom\n",
              label, defect, atoms, evaluations, force, whole, core, seconds, kilobytes / atoms }' log
}

echo 'Farfield (products with the Hessian: of the whole + worth of the core`s)'
for cells in ${FARFIELD_BENCH_CELLS:-8 17 37 80}; do
    for defect in vacancy dumbbell-110 dumbbell-111; do
        relax fs:W fs:W 3.1652 "$cells" "$defect"
        [ -f "$shared/$eam" ] && relax "eam:$eam" "eam+lammps:$shared/$eam" 3.16485 "$cells" "$defect"
    done
done

echo
echo 'Other interstitials, and a potential whose tables have kinks (EAM4)'
[ -f "$shared/w_eam4.fs.zip" ] && gzip -dc < "$shared/w_eam4.fs.zip" > w_eam4.fs
for defect in dumbbell-100 crowdion interstitial-octahedral interstitial-tetrahedral; do
    relax fs:W fs:W 3.1652 8 "$defect"
    [ -f "$shared/$eam" ] && relax "eam:$eam" "eam+lammps:$shared/$eam" 3.16485 8 "$defect"
done
if [ -f w_eam4.fs ]; then
    for defect in vacancy dumbbell-100 dumbbell-110 dumbbell-111 crowdion interstitial-octahedral \
        interstitial-tetrahedral; do
        relax eam:w_eam4.fs eam+lammps:w_eam4.fs 3.143392 8 "$defect"
    done
fi

[ -f "$shared/$eam" ] || { echo "no $eam: no comparison"; exit 0; }
cp "$shared/$eam" .

# lammps STYLE DEFECT: one minimisation, as far as the style goes.
lammps() {
    cat > in.lmp <<LMP
units metal
atom_style atomic
atom_modify map array
read_data defect.data
pair_style eam/alloy
pair_coeff * * $eam W
min_style $1
minimize 0 1e-8 1000 2000
LMP
    /usr/bin/time -f 'USED %e %M' lmp -in in.lmp -log none > out 2>&1 || { echo "lmp $1 failed"; return; }
    awk -v label="lammps $1" -v defect="$2" '/Force two-norm/ { force = $NF } /force evaluations =/ { evaluations = $NF }
        /Force max component/ { largest = $NF } /Stopping criterion/ { sub(/.*= /, ""); why = $0 } / atoms$/ && !atoms { atoms = $1 }
        /^USED/ { seconds = $2; kilobytes = $3 }
        END { printf "%-22s %-13s %9d atoms %5d evaluations  largest force %8.1e  %-20s %8.2f s %6.2f kB an atom\n",
              label, defect, atoms, evaluations, largest, why, seconds, kilobytes / atoms }' out
}

cat > minimise.py <<'PY'
import sys, time
import numpy
import ase.io
from ase.calculators.eam import EAM
from ase.optimize import LBFGS
from ase.optimize.precon import PreconLBFGS
for optimiser in LBFGS, PreconLBFGS:
    atoms = ase.io.read(sys.argv[1])
    count = 0
    class Counted(EAM):
        def calculate(self, *arguments, **names):
            global count
            count += 1
            super().calculate(*arguments, **names)
    atoms.calc = Counted(potential=sys.argv[2])
    start = time.time()
    try:
        optimiser(atoms, logfile=None).run(fmax=1e-8, steps=200)
    except Exception as failure:  # PreconLBFGS gives up where its line search does
        print(f"    {optimiser.__name__}: {failure}".splitlines()[0][:100])
    force = numpy.linalg.norm(atoms.get_forces(), axis=1).max()
    print(f"{'ase ' + optimiser.__name__:<22} {sys.argv[3]:<13} {len(atoms):9d} atoms {count:5d} evaluations  "
          f"largest force {force:8.1e}  {'':20} {time.time() - start:8.2f} s")
PY

# compare CELLS DEFECT [ase]
compare() {
    echo
    relax farfield "eam+lammps:$eam" 3.16485 "$1" "$2"
    farfield generate -q --crystal bcc --species W --lattice-constant 3.16485 --cells "$1" --defect "$2" -o defect.h5
    farfield export -q defect.h5 -o defect.data
    farfield export -q defect.h5 -o defect.xyz
    if command -v lmp > /dev/null; then
        for style in cg fire hftn; do lammps "$style" "$2"; done
    fi
    if [ "${3:-}" = ase ] && /usr/bin/python3 -c 'import ase, scipy' 2> /dev/null; then
        /usr/bin/python3 minimise.py defect.xyz "$eam" "$2" 2> /dev/null
    fi
}
compare 3 vacancy ase
compare 6 dumbbell-110
compare 24 vacancy
