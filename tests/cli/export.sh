#!/bin/sh
# farfield export: round trips of datasets, names of labels, relaxations, and what it refuses.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

farfield generate -q --crystal diamond --species Si --lattice-constant 5.43095 --cells 1 --count 3 \
    --rattle 0.05 --strain 0.01 --seed 5 | farfield label -q --potential sw:Si --site-energies -o si.h5
farfield export -q si.h5 -o si.xyz
farfield export -q -o si.xyz.gz < si.h5
gzip -dc si.xyz.gz | cmp - si.xyz
names='--energy energy --forces forces --virial virial --site-energies site_energy'
farfield ingest -q si.xyz $names --no-provenance -o back.h5
farfield export -q back.h5 | cmp - si.xyz
farfield ingest -q si.xyz.gz $names --no-provenance | cmp - back.h5

# Other names, and labels left out.
farfield export -q si.h5 --energy REF_energy --forces none --virial none --stress REF_stress --group none > named.xyz
grep -q 'REF_energy=-' named.xyz || fail 'REF_energy'
grep -q 'REF_stress="' named.xyz || fail 'REF_stress'
! grep -qE 'forces|virial|config_type' named.xyz || fail 'labels that were not to be written'
farfield ingest -q named.xyz --energy REF_energy --stress REF_stress --group none |
    farfield export -q --forces none --energy REF_energy --virial none --stress REF_stress --group none |
    sed 's/REF_stress="[^"]*"//' > again.xyz
sed 's/REF_stress="[^"]*"//; s/:site_energy:R:1//' named.xyz | awk '/^Si / { NF = 4 } 1' > expected.xyz
grep -q isolated named.xyz && fail 'an isolated atom that nothing marks as such'
cmp again.xyz expected.xyz || { diff again.xyz expected.xyz | head -4; fail 'stress round trip'; }

# A relaxed defect: displacements are from the reference, sites of extra atoms are -1.
farfield relax-defect -q --crystal diamond --species Si --defect interstitial-tetrahedral --cells 2 \
    --lattice-constant 5.43095 --potential sw:Si -o relaxed.h5
farfield export -q relaxed.h5 -o relaxed.xyz
grep -q 'Properties=species:S:1:pos:R:3:displacement:R:3:strain:R:6:volumetric_strain:R:1:shear_strain:R:1:bond_norm:R:1:site_energy:R:1:excess_energy:R:1:fixed:L:1:site:I:1 ' relaxed.xyz || fail 'columns'
grep -q 'crystal=diamond defect=interstitial-tetrahedral ' relaxed.xyz || fail 'keys'
[ "$(awk 'END { print NF, $NF }' relaxed.xyz)" = '20 -1' ] || fail 'the extra atom'
[ "$(head -n 1 relaxed.xyz)" = 65 ] || fail 'number of atoms'
grep -q ' defect_centre="' relaxed.xyz || fail 'the centre of the defect'
farfield ingest -q relaxed.xyz --energy none --site-energies site_energy --centre defect_centre -o relaxed-back.h5
farfield export -q relaxed-back.h5 | grep -q "$(grep -o 'defect_centre="[^"]*"' relaxed.xyz)" || fail 'the centre comes back'
sed 's/defect_centre="[^ ]* /defect_centre="/' relaxed.xyz > two.xyz
expect 3 'defect_centre: expected three numbers, found' \
    farfield ingest -q two.xyz --energy none --centre defect_centre -o no.h5

# Models and the like are refused, and leave nothing.
farfield featurize -q si.h5 --degree 4 -o features.h5
farfield fit -q features.h5 -o model.h5
for kind in features model; do
    expect 3 "$kind.h5: a $kind cannot be exported to extXYZ" farfield export -q $kind.h5 -o no.xyz
    [ ! -e no.xyz ] || fail "$kind: an output was left"
done

# Differential displacements are of dislocations (which tests/cli/core.sh exports).
expect 3 "relaxed.h5: a relaxation of 'interstitial-tetrahedral' has no differential" \
    farfield export -q relaxed.h5 -o no.csv
expect 3 'a dataset cannot be exported to differential-displacements, expected a relaxation$' \
    farfield export -q si.h5 -o no.csv
[ ! -e no.csv ] || fail 'an output was left'
