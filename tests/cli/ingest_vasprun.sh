#!/bin/sh
# farfield ingest on vasprun.xml: every ionic step, plain, gzip and piped, whatever the file is called;
# energies by name; against ASE where it is installed; what is wrong, by line.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
export PYTHONDONTWRITEBYTECODE=1
make() { python3 "$FARFIELD_TOP/tests/vasprun.py" "$@"; }

make steps=3 atoms=5 > run.xml
farfield ingest run.xml --group-name md -o run.h5 2> err
says 'md           3         15        3        3        3'
gzip -c run.xml > run.gz
farfield ingest -q run.gz --group-name md --no-provenance -o gz.h5
farfield ingest -q - --group-name md --no-provenance -o piped.h5 < run.xml
cmp gz.h5 piped.h5
mkdir run1 run2
cp run.xml run1/vasprun.xml
cp run.gz run2/vasprun.xml.gz
sed -n 's/^    \(farfield ingest run1.*\)/\1/p' "$FARFIELD_TOP/docs/vasprun.md" > shown # the document's command
sh -eu shown 2> err
says 'md           6         30        6        6        6'
farfield ingest -q run.xml --energy none --forces none --stress none | farfield export -q > bare.xyz
grep -q 'energy\|force\|virial' bare.xyz && fail 'labels although none are wanted'
[ "$(grep -c Lattice bare.xyz)" = 3 ] || fail 'not three frames'
make stress=0 > none.xml
farfield ingest none.xml -o none.h5 2> err
says 'default        3         12        3        3        0'
make nelm=2 > short.xml
farfield ingest short.xml -o short.h5 2> err
says 'short.xml: 3 frames taken, although the electronic iterations stopped at NELM, not converged: 1-3'

# Several formats at once, and datasets as inputs: the frames are the same.
farfield ingest -q run.xml --group-name md --no-provenance -o a.h5
farfield export -q a.h5 -o a.xyz
farfield ingest -q a.h5 --no-provenance -o again.h5
cmp a.h5 again.h5
farfield ingest -q - --no-provenance < a.h5 | cmp - a.h5
cat a.h5 | farfield ingest -q - --no-provenance | cmp - a.h5
farfield ingest a.h5 run.gz a.xyz --energy energy --forces forces --virial virial --group-name md -o all.h5 2> err
says 'md           9         45        9        9        9'

# What is wrong.
wrong() { # CODE 'part of the message' FILE OPTION...
    code=$1 message=$2
    shift 2
    ends "$code" farfield ingest "$@" -o out.h5
    says "$message"
    for left in out.h5*; do [ ! -e "$left" ] || fail "$*: $left was left behind"; done
}
line() { grep -n -m "$2" -- "$1" run.xml | tail -n 1 | cut -d: -f1; }
head -n "$(line '<varray name="stress"' 3)" run.xml > cut.xml
wrong 3 'cut.xml:' cut.xml
farfield ingest cut.xml --cut-short -o cut.h5 2> err
says 'cut.xml ends early: its 2 whole ionic steps are taken'
says 'default        2         10        2        2        2'
sed 's/<c>Al</<c>Xq</' run.xml > element.xml
wrong 3 "element.xml:$(grep -n Xq element.xml | head -n 1 | cut -d: -f1): atom 2 is 'Xq', which is no chemical element" element.xml
sed "$(($(line '<varray name="forces"' 2) + 1))s/<v> .* <.v>/<v> 1.0 2.0 ************** <\/v>/" run.xml > stars.xml
wrong 3 "frame 2: expected a number, found '**************': VASP had no room to print it" stars.xml
sed "$(($(line '<varray name="forces"' 2) + 1))d" run.xml > few.xml
wrong 3 "frame 2: expected 5 rows <v>, found 4" few.xml
sed '/e_fr_energy/d' run.xml > energy.xml
wrong 3 'frame 1: the step has no energy' energy.xml
sed 's/<modeling>/<!DOCTYPE modeling [<!ENTITY a "b">]>&/' run.xml > doctype.xml
wrong 3 'a document type declaration (DOCTYPE) was found, expected none' doctype.xml
echo '<?xml version="1.0"?><other/>' > other.xml
wrong 3 'other.xml: an XML file, but not a vasprun.xml (no <modeling>)' other.xml
sed '/<calculation>/,/<\/calculation>/d' run.xml > empty.xml
wrong 3 'empty.xml: holds no ionic step' empty.xml
sed 's/<atominfo>/<atominf>/' run.xml > tags.xml
wrong 3 'is not well-formed XML' tags.xml

# ASE reads the same. Its energy is that without smearing; its free energy is ours by default.
python=/usr/bin/python3
$python -c 'import ase.io' 2> /dev/null || { echo 'no ASE'; exit 77; }
for which in free sigma0 without-entropy; do
    farfield ingest -q run.xml --vasp-energy $which | farfield export -q > $which.xyz
done
$python - <<'PY'
import numpy as np
import ase.io

theirs = ase.io.read("run.xml", ":", format="vasp-xml")
for which in ["free", "sigma0", "without-entropy"]:
    ours = ase.io.read(which + ".xyz", ":")
    assert len(theirs) == len(ours) == 3
    for a, b in zip(theirs, ours):
        assert (a.numbers == b.numbers).all() and (a.cell[:] == b.cell[:]).all() and b.pbc.all()
        assert np.abs(a.positions - b.positions).max() < 1e-13
        assert (a.get_forces(apply_constraint=False) == b.get_forces()).all()
        free, sigma0 = a.calc.results["free_energy"], a.calc.results["energy"]
        expected = {"free": free, "sigma0": sigma0, "without-entropy": 2 * sigma0 - free}[which]
        assert abs(b.get_potential_energy() - expected) < 2e-8, which
        s = a.calc.results["stress"]  # xx yy zz yz xz xy, eV/A^3, positive in tension
        full = np.array([s[0], s[5], s[4], s[5], s[1], s[3], s[4], s[3], s[2]])
        # ASE's constants are those of CODATA 2014.
        assert np.allclose(np.ravel(b.info["virial"]), -a.get_volume() * full, rtol=1e-7, atol=0), which
PY
