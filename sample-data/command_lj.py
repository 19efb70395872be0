#!/usr/bin/env python3
"""A potential as a program (docs/command-potential.md): Lennard-Jones, shifted to zero at the cutoff.

    farfield label --potential "command:python3 command_lj.py 0.2 2.3 5.5" structures.h5 -o labelled.h5

gives what --potential lj:0.2,2.3,5.5 gives. Nothing but Python is needed; it is slow on purpose.
"""
import itertools
import math
import re
import sys

epsilon, sigma, cutoff = map(float, sys.argv[1:4])


def frames(file):
    """Each frame: cell vectors (None without a cell), periodicity, symbols, positions."""
    for line in file:
        header = next(file)
        lattice = re.search(r'Lattice="([^"]*)"', header)
        cell = None
        if lattice:
            numbers = [float(word) for word in lattice.group(1).split()]
            cell = [numbers[0:3], numbers[3:6], numbers[6:9]]
        pbc = re.search(r'pbc="([^"]*)"', header)
        periodic = [word == "T" for word in pbc.group(1).split()] if pbc else [False] * 3
        rows = [next(file).split() for _ in range(int(line))]
        yield cell, periodic, [row[0] for row in rows], [[float(x) for x in row[1:4]] for row in rows]


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def shifts(cell, periodic, positions):
    """All translations of the cell that may bring an image within the cutoff."""
    if cell is None:
        return [[0.0, 0.0, 0.0]]
    volume = abs(dot(cell[0], cross(cell[1], cell[2])))
    ranges = []
    for k in range(3):
        normal = cross(cell[(k + 1) % 3], cell[(k + 2) % 3])
        height = volume / math.sqrt(dot(normal, normal))
        along = [dot(p, normal) / math.sqrt(dot(normal, normal)) for p in positions]
        reach = math.ceil((cutoff + max(along) - min(along)) / height) if periodic[k] else 0
        ranges.append(range(-reach, reach + 1))
    return [[sum(n[k] * cell[k][a] for k in range(3)) for a in range(3)]
            for n in itertools.product(*ranges)]


def pair(r):
    s6 = (sigma / r) ** 6
    return 4 * epsilon * s6 * (s6 - 1), -24 * epsilon * s6 * (2 * s6 - 1) / r


for cell, periodic, symbols, positions in frames(sys.stdin):
    shift_energy = pair(cutoff)[0]
    sites = [0.0] * len(positions)
    forces = [[0.0] * 3 for _ in positions]
    virial = [0.0] * 9  # -dE/d(strain)
    for shift in shifts(cell, periodic, positions):
        for i, a in enumerate(positions):
            for j, b in enumerate(positions):
                d = [b[k] + shift[k] - a[k] for k in range(3)]
                r = math.sqrt(dot(d, d))
                if r == 0 or r >= cutoff:
                    continue
                energy, slope = pair(r)
                sites[i] += 0.5 * (energy - shift_energy)
                for k in range(3):
                    forces[i][k] += slope * d[k] / r
                    for l in range(3):
                        virial[3 * k + l] -= 0.5 * slope * d[k] * d[l] / r
    print(len(positions))
    lattice = f'Lattice="{" ".join(repr(x) for row in cell for x in row)}" ' if cell else ""
    print(f'{lattice}Properties=species:S:1:pos:R:3:forces:R:3:site_energy:R:1 '
          f'energy={math.fsum(sites)!r} virial="{" ".join(map(repr, virial))}"')
    for symbol, position, force, site in zip(symbols, positions, forces, sites):
        print(symbol, *map(repr, position), *map(repr, force), repr(site))
    sys.stdout.flush()  # the answer must leave at once
