"""Spoils the labels of an extended XYZ file that `farfield export` wrote, in one stated way.

    python3 spoil.py WAY < clean.xyz > spoiled.xyz

The ways are the functions below. Whether an audit finds them is the business of
tests/cli/audit_spoiled.sh.
"""

import re
import sys

KBAR = 1602.1766339999998  # of an eV/A^3


class Frame:
    def __init__(self, lines):
        self.header, self.rows = lines[1], [line.split() for line in lines[2:]]
        columns = re.search(r"Properties=(\S+)", self.header).group(1).split(":")
        self.column, at = {}, 0
        for name, width in zip(columns[::3], columns[2::3]):
            self.column[name] = slice(at, at + int(width))
            at += int(width)

    def text(self):
        return f"{len(self.rows)}\n{self.header}\n" + "".join(" ".join(row) + "\n" for row in self.rows)

    def get(self, key):
        found = re.search(rf'(?<!\S){key}=("[^"]*"|\S+)', self.header)
        return [float(x) for x in found.group(1).strip('"').split()] if found else None

    def group(self):
        return re.search(r'config_type=("[^"]*"|\S+)', self.header).group(1).strip('"')

    def set(self, key, values, name=None):
        text = " ".join(repr(x) for x in values)
        text = f'{name or key}="{text}"' if len(values) > 1 else f"{name or key}={text}"
        self.header = re.sub(rf'(?<!\S){key}=("[^"]*"|\S+)', text, self.header)

    def forces(self):
        return [row[self.column["forces"]] for row in self.rows]

    def set_forces(self, forces):
        for row, force in zip(self.rows, forces):
            row[self.column["forces"]] = force

    def volume(self):
        a, b, c, d, e, f, g, h, i = self.get("Lattice")
        return abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


def labelled(frames):
    """Frames of more than one atom that have a virial, or forces when none has one."""
    chosen = [f for f in frames if len(f.rows) > 1 and f.get("virial")]
    return chosen or [f for f in frames if len(f.rows) > 1 and "forces" in f.column]


def virial_sign(frames):
    for f in labelled(frames):
        f.set("virial", [-x for x in f.get("virial")])


def force_sign(frames):
    for f in frames:
        if "forces" in f.column:
            f.set_forces([[repr(-float(x)) for x in row] for row in f.forces()])


def stress_kbar(frames):
    """Virials become stresses in kbar, positive in tension: to be read with the wrong unit."""
    for f in labelled(frames):
        f.set("virial", [-KBAR * x / f.volume() for x in f.get("virial")], "stress")


def stress(frames):
    """Virials become stresses in eV/A^3, to be read as virials (and virials can be read as stresses)."""
    for f in labelled(frames):
        f.set("virial", [-x / f.volume() for x in f.get("virial")])


def zero_virials(frames):
    for f in labelled(frames)[::3]:
        f.set("virial", [0.0] * 9)


def zero_forces(frames):
    """Of frames whose atoms are not held by symmetry: those with a force."""
    for f in [f for f in labelled(frames) if any(abs(float(x)) > 0.1 for row in f.forces() for x in row)][::3]:
        f.set_forces([["0.0"] * 3 for _ in f.rows])


def other_forces(frames):
    """The forces of two frames with the same atoms, both far from equilibrium, change places."""
    strong = [f for f in labelled(frames) if max(abs(float(x)) for row in f.forces() for x in row) > 0.5]
    for first in strong:
        like = [g for g in strong if [r[0] for r in g.rows] == [r[0] for r in first.rows] and g is not first]
        if like:
            a, b = first.forces(), like[-1].forces()
            first.set_forces(b)
            like[-1].set_forces(a)
            return
    sys.exit("no two frames with the same atoms")


def shifted_group(frames):
    """+2 eV per atom on the group of the last frame."""
    group = frames[-1].group()
    for f in frames:
        if f.group() == group:
            f.set("energy", [f.get("energy")[0] + 2.0 * len(f.rows)])


def virials_of_group(frames):
    """The virials of the last frame's group are ten times too large."""
    group = frames[-1].group()
    for f in labelled(frames):
        if f.group() == group:
            f.set("virial", [10 * x for x in f.get("virial")])


def both_signs(frames):
    """Gradients in place of forces, and virials of the other sign."""
    virial_sign(frames)
    force_sign(frames)


def six_vasp(frames):
    """Virials of six numbers in the order xx yy zz xy yz xz, to be read as xx yy zz yz xz xy."""
    for f in labelled(frames):
        v = f.get("virial")
        f.set("virial", [v[0], v[4], v[8], v[1], v[5], v[2]])


def asymmetric(frames):
    """Nine numbers of which the shear components are missing on one side: an order cannot be told."""
    for f in labelled(frames):
        v = f.get("virial")
        f.set("virial", [v[0], v[1], v[2], 0.0, v[4], v[5], 0.0, 0.0, v[8]])


def left_handed(frames):
    for f in labelled(frames)[::4]:
        a = f.get("Lattice")
        f.set("Lattice", a[3:6] + a[0:3] + a[6:9])


def duplicates(frames):
    for f in labelled(frames)[::5]:
        frames.append(f)


def energy_per_atom(frames):
    for f in frames:
        if f.get("energy"):
            f.set("energy", [f.get("energy")[0] / len(f.rows)])


def one_energy(frames):
    """One energy is 1 eV per atom off."""
    f = labelled(frames)[len(labelled(frames)) // 2]
    f.set("energy", [f.get("energy")[0] + 1.0 * len(f.rows)])


lines = sys.stdin.read().splitlines()
all_frames, at = [], 0
while at < len(lines):
    count = int(lines[at])
    all_frames.append(Frame(lines[at : at + count + 2]))
    at += count + 2
globals()[sys.argv[1]](all_frames)
sys.stdout.write("".join(f.text() for f in all_frames))
