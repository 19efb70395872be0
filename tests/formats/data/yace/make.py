#!/usr/bin/env python3
"""Writes small linear potentials of pair style pace and what LAMMPS computes with them.

Usage: FARFIELD_LAMMPS=lmp python3 make.py FOLDER     (see README.md)

Nothing of Farfield is used, so that its reader is held against ML-PACE's: couplings are Wigner's 3j
symbols by Racah's formula, radial coefficients are random numbers.
"""

import itertools
import math
import os
import random
import subprocess
import sys


def three_j(a, b, c, x, y, z):
    """Wigner's 3j symbol of integers (G. Racah, Phys. Rev. 62, 438 (1942))."""
    f = math.factorial
    if x + y + z or abs(x) > a or abs(y) > b or abs(z) > c or c < abs(a - b) or c > a + b:
        return 0.0
    total = 0.0
    for t in range(a + b - c + 1):
        down = [t, c - b + t + x, c - a + t - y, a + b - c - t, a - t - x, b - t + y]
        if min(down) >= 0:
            total += (-1) ** t / math.prod(map(f, down))
    up = f(a + b - c) * f(a - b + c) * f(b + c - a) * f(a + x) * f(a - x) * f(b + y)
    up *= f(b - y) * f(c + z) * f(c - z)
    return (-1) ** (a - b - z) * math.sqrt(up / f(a + b + c + 1)) * total


def couplings(ls):
    """All m of factors that couple to an invariant, with coefficients: pairs to zero, triples by a
    3j symbol, four by way of the first possible intermediate rank."""
    found = []
    for ms in itertools.product(*[range(-l, l + 1) for l in ls]):
        if sum(ms):
            continue
        if len(ls) == 1:
            value = 1.0
        elif len(ls) == 2:
            value = (-1) ** ms[0] / math.sqrt(2 * ls[0] + 1)
        elif len(ls) == 3:
            value = three_j(*ls, *ms)
        else:
            rank = max(abs(ls[0] - ls[1]), abs(ls[2] - ls[3]))
            m = ms[0] + ms[1]
            value = (-1) ** m * three_j(ls[0], ls[1], rank, ms[0], ms[1], -m)
            value *= three_j(ls[2], ls[3], rank, ms[2], ms[3], m)
        if abs(value) > 1e-14:
            found.append((ms, value))
    return found


def half(terms):
    """Only terms whose first m that is not zero is positive, the others being their conjugates."""
    kept = []
    for ms, value in terms:
        sign = next((m for m in ms if m), 0)
        if sign >= 0:
            kept.append((ms, value if sign == 0 else 2 * value))
    return kept


def flow(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return repr(value) if isinstance(value, float) else str(value)


def potential(rng, spec):
    """The text of a .yace."""
    elements = spec["elements"]
    count = len(elements)
    lines = [f"elements: {flow(elements)}", f"E0: {flow([-0.5 - i for i in range(count)])}"]
    lines += [f"deltaSplineBins: {spec['spacing']!r}", "embeddings:"]
    densities = spec.get("densities", 1)
    for i in range(count):
        embedding = {"ndensity": densities, "FS_parameters": [1.0, 1.0, 0.7, 1.0][: 2 * densities]}
        embedding["npoti"] = spec.get("npoti", "FinnisSinclairShiftedScaled")
        embedding.update(rho_core_cutoff=spec["core"][0], drho_core_cutoff=spec["core"][1])
        lines.append(f"  {i}: {flow(embedding)}")
    lines.append("bonds:")
    for i, j in itertools.product(range(count), repeat=2):
        bond = {"nradmax": spec["n"], "lmax": spec["l"], "nradbasemax": spec["k"]}
        bond["radbasename"] = spec["base"]
        bond["radparameters"] = [spec["lambda"] + 0.25 * (i != j)]
        bond["radcoefficients"] = [
            [[round(rng.gauss(0, 1), 3) for _ in range(spec["k"])] for _ in range(spec["l"] + 1)]
            for _ in range(spec["n"])
        ]
        bond.update(spec["bond"])
        bond["rcut"] = spec["bond"]["rcut"] - 0.3 * (i != j)
        lines.append(f"  [{i}, {j}]: {flow(bond)}")
    lines.append("functions:")
    for i in range(count):
        lines.append(f"  {i}:")
        for rank_index, ls in enumerate(spec["functions"]):
            rank = len(ls)
            terms = couplings(ls) if spec["full"] else half(couplings(ls))
            scale = spec["scale"] / 4 ** (rank - 1)
            weights = [rng.gauss(0, scale) for _ in range(densities)]
            function = {"mu0": i, "rank": rank, "ndensity": densities, "num_ms_combs": len(terms)}
            function["mus"] = [(i + a + rank_index) % count for a in range(rank)]
            most = spec["k"] if rank == 1 else spec["n"]
            function["ns"] = [1 + (a + rank_index) % most for a in range(rank)]
            function["ls"] = list(ls)
            function["ms_combs"] = [m for ms, _ in terms for m in ms]
            function["ctildes"] = [value * w for _, value in terms for w in weights]
            lines.append(f"    - {flow(function)}")
    return "\n".join(lines) + "\n"


FUNCTIONS = [(0,), (0,), (0, 0), (1, 1), (2, 2), (0, 0, 0), (0, 1, 1), (1, 1, 2), (1, 2, 3)]
FUNCTIONS += [(2, 2, 2), (0, 0, 1, 1), (1, 1, 1, 1), (1, 1, 2, 2)]
FAR = {"rcut": 5.0, "dcut": 0.01, "prehc": 0.0, "lambdahc": 1.0}
SPECS = {
    # Two elements, every n and l with radial functions of its own, all terms written out.
    "exponential": dict(
        elements=["Al", "Ni"], base="ChebExpCos", n=3, l=3, k=6, full=True, scale=0.3,
        functions=FUNCTIONS, spacing=2e-4, core=[100000.0, 250.0], bond=FAR, **{"lambda": 5.25},
    ),
    # Half of the terms, a second density (linear as well), wider smoothing, repulsion of close atoms.
    "power": dict(
        elements=["W"], base="ChebPow", n=3, l=3, k=5, full=False, scale=0.5, densities=2,
        npoti="FinnisSinclair", functions=FUNCTIONS, spacing=2e-4, core=[100000.0, 250.0],
        bond=dict(rcut=5.2, dcut=0.01, prehc=700.0, lambdahc=0.6, rcut_in=2.4, dcut_in=0.5,
                  inner_cutoff_type="distance"), **{"lambda": 2.0},
    ),
    # The older repulsion, strong enough to weaken the functions.
    "linear": dict(
        elements=["Si"], base="ChebLinear", n=2, l=2, k=4, full=True, scale=0.05,
        functions=[f for f in FUNCTIONS if max(f) < 3], spacing=2e-4, core=[6.0, 5.0],
        bond=dict(rcut=4.5, dcut=0.01, prehc=60.0, lambdahc=0.5), **{"lambda": 1.0},
    ),
    # Nuclear repulsion that takes over from the functions of a whole site.
    "bessel": dict(
        elements=["Al", "Ni"], base="SBessel", n=3, l=2, k=5, full=False, scale=0.4,
        functions=[f for f in FUNCTIONS if max(f) < 3], spacing=2e-4, core=[100000.0, 250.0],
        bond=dict(rcut=5.0, dcut=3.5, prehc=1.0, lambdahc=1.0, rcut_in=2.2, dcut_in=0.5,
                  inner_cutoff_type="zbl"), **{"lambda": 5.25},
    ),
}
CELLS = {"exponential": 4.0, "power": 4.1, "linear": 4.6, "bessel": 3.9}


def structure(rng, spec, lattice):
    """Rows [element, x, y, z] of a rattled fcc cell of 32 atoms and its edge; repulsive potentials get
    a few close pairs."""
    edge = 2 * lattice
    rows = []
    for cell in itertools.product(range(2), repeat=3):
        for site in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)):
            place = [lattice * (c + s) + rng.gauss(0, 0.12) for c, s in zip(cell, site)]
            rows.append([rng.randrange(len(spec["elements"]))] + place)
    if "inner_cutoff_type" in spec["bond"]:
        for first, distance in ((0, 1.95), (12, 2.1), (24, 1.8)):
            rows[first + 1][1:] = [rows[first][1] + distance * 0.6, rows[first][2] - distance * 0.64,
                                   rows[first][3] + distance * 0.48]
    return edge, rows


def run_lammps(name, spec, edge, rows):
    data = ["x", "", f"{len(rows)} atoms", f"{len(spec['elements'])} atom types"]
    data += [f"0 {edge!r} {a}lo {a}hi" for a in "xyz"] + ["", "Masses", ""]
    data += [f"{i + 1} 1" for i in range(len(spec["elements"]))] + ["", "Atoms", ""]
    data += [f"{i + 1} {r[0] + 1} {r[1]!r} {r[2]!r} {r[3]!r}" for i, r in enumerate(rows)]
    commands = f"""units metal
atom_style atomic
atom_modify map array sort 0 0
read_data data
pair_style pace
pair_coeff * * {name}.yace {' '.join(spec['elements'])}
compute e all pe/atom
dump d all custom 1 dump id c_e fx fy fz
dump_modify d sort id format float %.17g
run 0
"""
    with open("data", "w") as f:
        f.write("\n".join(data) + "\n")
    with open("in", "w") as f:
        f.write(commands)
    lammps = os.environ.get("FARFIELD_LAMMPS", "lmp")
    subprocess.run([lammps, "-in", "in", "-log", "none", "-screen", "none"], check=True)
    with open("dump") as f:
        lines = f.read().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("ITEM: ATOMS")) + 1
    for unwanted in ("data", "in", "dump"):
        os.remove(unwanted)
    return [line.split()[1:] for line in lines[start:]]


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    for name, spec in SPECS.items():
        rng = random.Random(name)
        with open(f"{name}.yace", "w") as f:
            f.write(potential(rng, spec))
        edge, rows = structure(rng, spec, CELLS[name])
        results = run_lammps(name, spec, edge, rows)
        with open(f"{name}.expected", "w") as f:
            f.write(f"{len(rows)} {edge!r}\n")
            for r, result in zip(rows, results):
                f.write(" ".join([spec["elements"][r[0]]] + [repr(x) for x in r[1:]] + result) + "\n")


main()
