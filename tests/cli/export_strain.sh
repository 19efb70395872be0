#!/bin/sh
# The columns of an exported relaxation against ASE's reader and numpy: strain by least squares over
# the neighbours of the site in the perfect crystal, |Du|, energies.
set -eu
python=/usr/bin/python3
$python -c 'import ase.io, ase.neighborlist, numpy' 2> /dev/null || { echo 'no ASE'; exit 77; }
farfield relax-defect -q -p fs:W --crystal bcc --species W --lattice-constant 3.1652 -n 5 --defect dumbbell-111 -o w.h5
farfield relax-defect -q -p sw:Si --crystal diamond --species Si --lattice-constant 5.43095 -n 3 --defect vacancy -b 0.4 -o si.h5
for name in w si; do farfield export -q $name.h5 -o $name.xyz; done
cat > check.py <<'PY'
import sys
import ase.io
import numpy as np
from ase.neighborlist import neighbor_list

for name, nearest, bulk in [("w", 3.1652 * 3**0.5 / 2, None), ("si", 5.43095 * 3**0.5 / 4, -4.3366)]:
    relaxed = ase.io.read(name + ".xyz")
    a = relaxed.arrays
    assert a["strain"].shape == (len(relaxed), 6) and a["fixed"].dtype == bool and not a["fixed"].any()
    reference = relaxed.copy()
    reference.positions -= a["displacement"]
    i, j, D = neighbor_list("ijD", reference, 1.2 * nearest)
    u = a["displacement"]
    norm = np.sqrt(np.bincount(i, ((u[j] - u[i]) ** 2).sum(1), len(relaxed)))
    assert np.abs(norm - a["bond_norm"]).max() < 1e-12, "bond_norm"
    energies = a["site_energy"] if "site_energy" in a else relaxed.get_potential_energies()
    if bulk:
        assert np.abs(energies - a["excess_energy"] - bulk).max() < 1e-4, "excess_energy"
    # Atoms whose neighbours are all on sites keep the bonds of the reference.
    checked = 0
    for k in range(len(relaxed)):
        bonds = np.where(i == k)[0]
        if a["site"][k] < 0:
            assert np.isnan(a["strain"][k]).all()
        if a["site"][k] < 0 or (a["site"][j[bonds]] < 0).any() or norm[k] > 1.0:
            continue
        Q = D[bonds]
        P = Q + u[j[bonds]] - u[k]
        F = P.T @ Q @ np.linalg.inv(Q.T @ Q)
        E = 0.5 * (F.T @ F - np.eye(3))
        found = a["strain"][k]
        assert np.abs(found - E[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]).max() < 1e-10, (k, found, E)
        assert abs(a["volumetric_strain"][k] - np.trace(E) / 3) < 1e-10
        dev = E - np.eye(3) * np.trace(E) / 3
        assert abs(a["shear_strain"][k] - np.sqrt((dev**2).sum() / 2)) < 1e-10
        checked += 1
    assert checked > 0.8 * len(relaxed), checked
    print(name, checked, "of", len(relaxed))
PY
$python check.py
