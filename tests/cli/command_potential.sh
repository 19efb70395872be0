#!/bin/sh
# Programs as potentials: the example of sample-data, ASE's of docs/command-potential.md, programs
# that die, hang, chatter and refuse; threads; force constants by differences.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
python=$(command -v /usr/bin/python3 || command -v python3) || { echo 'no python3'; exit 77; }
$python -c 'import h5py' 2> /dev/null || { echo 'no h5py'; exit 77; }
lj="$python $FARFIELD_TOP/sample-data/command_lj.py 0.2 2.3 5.5"

# worst FILE FILE DATASET: the largest difference.
cat > worst.py <<'PY'
import sys
import h5py
import numpy
one, two, dataset, limit = sys.argv[1:]
a, b = (h5py.File(name)[dataset][:] for name in (one, two))
worst = numpy.abs(a - b).max()
print(f"{dataset}: {worst:.1e}")
sys.exit(not worst <= float(limit))
PY

# Strained and rattled, periodic, skewed; more frames than threads and fewer.
farfield generate -q --crystal fcc --species Cu --lattice-constant 3.7 --cells 1 --count 9 --rattle 0.05 --strain 0.02 -o cu.h5
farfield label -q --potential "command:$lj" --site-energies cu.h5 -o command.h5
farfield label -q --potential lj:0.2,2.3,5.5 --site-energies cu.h5 -o lj.h5
for dataset in frames/energy atoms/force frames/virial atoms/site_energy isolated/energy; do
    $python worst.py command.h5 lj.h5 $dataset 1e-11 || fail "$dataset"
done
for threads in 1 3; do
    farfield label -q -@ $threads --potential "command:$lj" --site-energies cu.h5 | cmp - command.h5
done

# Force constants: the step is chosen and the error stated, which is not below what it is.
farfield generate -q --crystal fcc --species Cu --lattice-constant 3.7 --cells 2 -o perfect.h5
farfield label --potential "command:$lj" --observations FC perfect.h5 -o fc.h5 2> log
farfield label -q --potential lj:0.2,2.3,5.5 --observations FC perfect.h5 -o exact.h5
error=$(sed -n 's/.*central differences of forces over .* error up to \([^ ]*\) .*/\1/p' log)
[ -n "$error" ] || { cat log; fail 'no error stated'; }
$python worst.py fc.h5 exact.h5 force_constants/response "$error" || fail "more than the error stated, $error"
$python worst.py fc.h5 exact.h5 force_constants/response 1e-8 || fail 'force constants'

# fails CODE PATTERN COMMAND: label with that command does so.
fails() { refuse "$1" "$2" farfield label -q --potential "command:$3" cu.h5; }
fails 5 "'no-such-program' cannot be started" no-such-program
fails 2 'expected a program' ''
fails 2 'quotation mark' "cat 'x"
fails 2 'number of seconds' 'timeout=soon cat'
fails 5 'ended with exit status 3' "sh -c 'exit 3'"
fails 5 'ended by signal 9' "sh -c 'kill -9 \$\$'"
fails 5 'no answer from the program within 0.3 s' 'timeout=0.3 sleep 60'
fails 3 "the program writes 'hello'" 'echo hello'
fails 3 'no energy' cat
fails 4 'not converged' "sh -c 'printf \"0\\nerror=\\\"not converged\\\"\\n\"; cat > /dev/null'"

# What it says on standard error is seen; one that dies now and then is started again.
cat > mortal.py <<PY
import subprocess, sys
print("started", file=sys.stderr)
first = sys.stdin.readline()
frame = first + "".join(sys.stdin.readline() for _ in range(int(first) + 1))
subprocess.run("$lj".split(), input=frame.encode(), check=True)
PY
farfield label -q --potential "command:$python mortal.py" --observations E cu.h5 -o mortal.h5 2> log
[ "$(grep -c started log)" -gt 1 ] || { cat log; fail 'it was not started again'; }
$python worst.py mortal.h5 lj.h5 frames/energy 1e-11

# ASE's, as documented.
$python -c 'import ase' 2> /dev/null || { echo 'no ASE'; exit 0; }
awk '/^```/ { on = $0 == "```python"; next } on' "$FARFIELD_TOP/docs/command-potential.md" > emt.py
farfield label --potential "command:$python emt.py" cu.h5 -o emt.h5
farfield export -q emt.h5 -o emt.xyz
cat > check.py <<'PY'
import numpy
from ase.calculators.emt import EMT
from ase.io import read
for atoms in read("emt.xyz", ":"):
    energy, forces = atoms.get_potential_energy(), atoms.get_forces() if len(atoms) > 1 else None
    copy = atoms.copy()
    copy.calc = EMT()
    assert abs(copy.get_potential_energy() - energy) < 1e-6, (copy.get_potential_energy(), energy)
    if forces is not None:
        assert numpy.abs(copy.get_forces() - forces).max() < 1e-6
        virial = -copy.get_stress(voigt=False) * copy.get_volume()
        assert numpy.abs(virial - numpy.reshape(atoms.info["virial"], (3, 3))).max() < 1e-6
PY
$python check.py

# A vacancy relaxed with it, and by ASE itself.
farfield relax-defect --potential "command:$python emt.py" --crystal fcc --species Cu --lattice-constant 3.6 \
    --cells 2 --defect vacancy --tolerance 1e-6 --no-stability -o vacancy.h5 2> log || fail "EMT vacancy: $(cat log)"
cat > check.py <<'PY'
import sys
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.optimize import BFGS
crystal = bulk("Cu", "fcc", a=3.6, cubic=True).repeat(2)
vacancy = crystal.copy()
del vacancy[0]
crystal.calc, vacancy.calc = EMT(), EMT()
BFGS(vacancy, logfile=None).run(fmax=1e-5)
theirs = vacancy.get_potential_energy() - len(vacancy) / len(crystal) * crystal.get_potential_energy()
print("formation energy: %.8f eV, ASE's %.8f" % (float(sys.argv[1]), theirs))
assert abs(float(sys.argv[1]) - theirs) < 1e-7
PY
$python check.py "$(sed -n 's/.*formation energy *\([-0-9.]*\) eV.*/\1/p' log)"
