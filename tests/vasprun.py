"""Writes a vasprun.xml of made-up numbers in the layout of VASP 6, to standard output.

    python3 vasprun.py [steps=3] [atoms=4] [seed=1] [bands=8] [stress=1] [nelm=60]

Species alternate between Ti and Al; energies, forces and stresses are random. What Farfield and ASE
do not read (k-points, eigenvalues, density of states, selective dynamics) is there as well.
"""

import random
import sys

options = {"steps": 3, "atoms": 4, "seed": 1, "bands": 8, "stress": 1, "nelm": 60}
for argument in sys.argv[1:]:
    name, value = argument.split("=")
    options[name] = int(value)
rng = random.Random(options["seed"])
atoms, out = options["atoms"], sys.stdout.write


def vector(values, indent):
    out(" " * indent + "<v> " + " ".join(f"{x:16.8f}" for x in values) + " </v>\n")


def varray(name, rows, indent):
    out(" " * indent + f'<varray name="{name}" >\n')
    for row in rows:
        vector(row, indent + 1)
    out(" " * indent + "</varray>\n")


def structure(cell, fractions, indent, name=None):
    out(" " * indent + ("<structure>\n" if name is None else f'<structure name="{name}" >\n'))
    out(" " * indent + " <crystal>\n")
    varray("basis", cell, indent + 2)
    a, b, c = cell
    cross = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]]
    volume = sum(x * y for x, y in zip(a, cross))
    out(" " * indent + f'  <i name="volume"> {volume:16.8f} </i>\n')
    varray("rec_basis", [[0.1, 0, 0], [0, 0.1, 0], [0, 0, 0.1]], indent + 2)
    out(" " * indent + " </crystal>\n")
    varray("positions", fractions, indent + 1)
    if name == "initialpos":
        out(" " * indent + ' <varray name="selective" type="logical" >\n')
        for i in range(atoms):
            out(" " * indent + "  <v type=\"logical\" > T  T  %s </v>\n" % ("F" if i == 0 else "T"))
        out(" " * indent + " </varray>\n")
    out(" " * indent + "</structure>\n")


def energy(free, without_entropy, sigma0, indent, scf):
    out(" " * indent + "<energy>\n")
    if scf:
        for name in ["alphaZ", "ewald", "hartreedc", "XCdc", "PAWpsdc", "PAWaedc", "eentropy", "bandstr", "atom"]:
            out(" " * indent + f' <i name="{name}"> {rng.uniform(-90, 90):16.8f} </i>\n')
    for name, value in [("e_fr_energy", free), ("e_wo_entrp", without_entropy), ("e_0_energy", sigma0)]:
        out(" " * indent + f' <i name="{name}"> {value:16.8f} </i>\n')
    out(" " * indent + "</energy>\n")


out('<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n')
out(' <generator>\n  <i name="program" type="string">vasp </i>\n  <i name="version" type="string">6.3.0  </i>\n </generator>\n')
out(f' <incar>\n  <i type="string" name="SYSTEM">made up</i>\n  <i type="int" name="NELM">    {options["nelm"]}</i>\n </incar>\n')
out(' <kpoints>\n  <generation param="Gamma">\n   <v type="int" name="divisions">       1        1        1 </v>\n'
    '   <v name="usershift">      0.00000000       0.00000000       0.00000000 </v>\n'
    '   <v name="genvec1">      1.00000000       0.00000000       0.00000000 </v>\n  </generation>\n')
varray("kpointlist", [[0, 0, 0]], 2)
out('  <varray name="weights" >\n   <v>       1.00000000 </v>\n  </varray>\n </kpoints>\n')
out(' <parameters>\n  <separator name="electronic" >\n   <i type="string" name="PREC">accura</i>\n'
    '   <separator name="electronic convergence" >\n'
    f'    <i type="int" name="NELM">    {options["nelm"]}</i>\n    <i name="EDIFF">      0.00000100</i>\n'
    '   </separator>\n  </separator>\n </parameters>\n')
out(f" <atominfo>\n  <atoms>    {atoms} </atoms>\n  <types>    2 </types>\n"
    '  <array name="atoms" >\n   <dimension dim="1">ion</dimension>\n   <field type="string">element</field>\n'
    '   <field type="int">atomtype</field>\n   <set>\n')
for i in range(atoms):
    out("    <rc><c>%s</c><c>%4d</c></rc>\n" % (("Ti", 1) if i % 2 == 0 else ("Al", 2)))
out('   </set>\n  </array>\n  <array name="atomtypes" >\n   <dimension dim="1">type</dimension>\n'
    '   <field type="int">atomspertype</field>\n   <field type="string">element</field>\n   <set>\n'
    f"    <rc><c>{(atoms + 1) // 2:4d}</c><c>Ti</c></rc>\n    <rc><c>{atoms // 2:4d}</c><c>Al</c></rc>\n"
    "   </set>\n  </array>\n </atominfo>\n")

edge = 3.2 * atoms ** (1 / 3) + 1
fractions = [[rng.random() for _ in range(3)] for _ in range(atoms)]
cell = [[edge, 0.1, 0.2], [0.3, edge, -0.1], [-0.2, 0.4, edge]]
structure(cell, fractions, 1, "initialpos")
for step in range(options["steps"]):
    cell = [[x + rng.uniform(-0.05, 0.05) for x in row] for row in cell]
    fractions = [[x + rng.uniform(-0.01, 0.01) for x in row] for row in fractions]
    out(" <calculation>\n")
    for iteration in range(2):
        out("  <scstep>\n   <time name=\"dav\">    0.10    0.11</time>\n")
        free = rng.uniform(-9, -8) * atoms
        entropy = rng.uniform(0.01, 0.02) * atoms
        energy(free, free + entropy, free + entropy / 2, 3, True)
        out("  </scstep>\n")
    structure(cell, fractions, 2)
    varray("forces", [[rng.gauss(0, 1) for _ in range(3)] for _ in range(atoms)], 2)
    if options["stress"]:
        s = [rng.uniform(-90, 90) for _ in range(6)]
        varray("stress", [[s[0], s[5], s[4]], [s[5], s[1], s[3]], [s[4], s[3], s[2]]], 2)
    # A dispersion term that the iterations lack, and the wrong e_0_energy of some versions.
    energy(free - 0.25, free - 0.25 + entropy, free - 0.25, 2, False)
    out('  <time name="totalsc">    2.00    2.10</time>\n')
    out('  <eigenvalues>\n   <array>\n    <dimension dim="1">band</dimension>\n    <dimension dim="2">kpoint</dimension>\n'
        '    <dimension dim="3">spin</dimension>\n    <field>eigene</field>\n    <field>occ</field>\n    <set>\n'
        '     <set comment="spin 1">\n      <set comment="kpoint 1">\n')
    for band in range(options["bands"]):
        out(f"       <r>{rng.uniform(-20, 20):11.4f} {1.0 if band < options['bands'] // 2 else 0.0:8.4f} </r>\n")
    out("      </set>\n     </set>\n    </set>\n   </array>\n  </eigenvalues>\n")
    out('  <dos>\n   <i name="efermi">      1.50000000 </i>\n   <total>\n    <array>\n     <set>\n      <set comment="spin 1">\n')
    for band in range(options["bands"]):
        out(f"       <r>{rng.uniform(-20, 20):11.4f}     0.0000     0.0000 </r>\n")
    out("      </set>\n     </set>\n    </array>\n   </total>\n  </dos>\n </calculation>\n")
structure(cell, fractions, 1, "finalpos")
out("</modeling>\n")
