#!/bin/sh
# The real files, through ingest and export, against ASE's own reader: every number must be the same.
set -eu
python=/usr/bin/python3
[ -d "$FARFIELD_SHARED_DATA" ] || { echo 'no real data'; exit 77; }
$python -c 'import ase.io' 2> /dev/null || { echo 'no ASE'; exit 77; }

data=$FARFIELD_SHARED_DATA
ingest() { # NAME OPTION... FILE...
    name=$1; shift
    farfield ingest -q "$@" -o "$name.h5"
    farfield export -q "$name.h5" -o "$name.xyz"
}
ingest tiny "$data/Si_tiny.xyz" --energy dft_energy --forces dft_force --virial dft_virial
ingest tial "$data/TiAl_tutorial.xyz.gz" --energy energy --forces force --virial virial
ingest zuo "$data/Zuo_Si_train.xyz.gz" "$data/Zuo_Si_test.xyz.gz" --energy energy --forces force
ingest ta "$data/Ta_Displaced_BCC.xyz" "$data/Ta_Elastic_BCC.xyz" --energy energy --forces forces \
    --stress stress --units stress=bar --stress-sign compression

cat > compare.py <<'PY'
import os, sys
import numpy as np
import ase.io

data = os.environ["FARFIELD_SHARED_DATA"]

def energy(atoms, key):
    return atoms.calc.results[key] if atoms.calc and key in atoms.calc.results else atoms.info[key]

def array(atoms, key):
    return atoms.calc.results[key] if atoms.calc and key in atoms.calc.results else atoms.arrays[key]

def compare(name, files, energy_key, force_key, virial_key=None, stress_unit=None):
    theirs = [a for f in files for a in ase.io.read(os.path.join(data, f), ":")
              if a.info.get("config_type") != "isolated_atom"]
    ours = [a for a in ase.io.read(name + ".xyz", ":") if a.info["config_type"] != "isolated_atom"]
    assert len(theirs) == len(ours) > 0, (name, len(theirs), len(ours))
    for index, (a, b) in enumerate(zip(theirs, ours)):
        where = f"{name}, frame {index + 1}"
        assert (a.numbers == b.numbers).all(), where
        assert (a.positions == b.positions).all(), where
        assert (a.cell[:] == b.cell[:]).all(), where
        assert (a.pbc == b.pbc).all(), where
        assert energy(a, energy_key) == energy(b, "energy"), where
        assert (array(a, force_key) == array(b, "forces")).all(), where
        group = a.info.get("config_type", "default")
        assert group == b.info["config_type"], where
        if virial_key:
            assert np.array_equal(np.ravel(a.info[virial_key]), np.ravel(b.info["virial"])), where
        if stress_unit:
            # ASE keeps Voigt order xx yy zz yz xz xy; compression is positive in these files, so
            # V = +volume * stress. One rounding more than there, hence the tolerance.
            s = a.calc.results["stress"] * stress_unit
            full = np.array([s[0], s[5], s[4], s[5], s[1], s[3], s[4], s[3], s[2]])
            assert np.allclose(np.ravel(b.info["virial"]), a.get_volume() * full, rtol=1e-13, atol=1e-12), where
    print(f"{name}: {len(ours)} frames, {sum(map(len, ours))} atoms equal")

compare("tiny", ["Si_tiny.xyz"], "dft_energy", "dft_force", "dft_virial")
compare("tial", ["TiAl_tutorial.xyz.gz"], "energy", "force", "virial")
compare("zuo", ["Zuo_Si_train.xyz.gz", "Zuo_Si_test.xyz.gz"], "energy", "force")
compare("ta", ["Ta_Displaced_BCC.xyz", "Ta_Elastic_BCC.xyz"], "energy", "forces", None, 1e-4 / 160.2176634)
PY
$python compare.py
