#!/bin/sh
# farfield ingest on good input: several files, gzip, standard input, labels by name, isolated atoms,
# units and signs, what is said; equal bytes whichever way the same content comes.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

cat > a.xyz <<'XYZ'
1
Properties=species:S:1:pos:R:3 config_type=isolated_atom dft_energy=-3.5 energy=9
Si 0 0 0
2
Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:dft_force:R:3 config_type=dia dft_energy=-8 energy=9 dft_virial="1 0 0 0 1 0 0 0 1" extra=1
Si 0 0 0 0.1 0 0
Si 2 2 2 -0.1 0 0
XYZ
cat > b.xyz <<'XYZ'
1
Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:dft_force:R:3:tag:I:1 dft_energy=-4 flag
Ge 0 0 0 0 0 0 7
XYZ
labels='--energy dft_energy --forces dft_force --virial dft_virial'

farfield ingest a.xyz b.xyz $labels --e0 Ge=-4.5 -o ab.h5 2> err
says 'dia            1          2        1        1        1'
says 'default        1          1        1        1        0'
says 'all            2          3        2        2        1'
says 'missing: dft_virial in 1 of 2 frames'
says 'isolated Si atom: -3.5 eV'
says 'isolated Ge atom: -4.5 eV'
says 'keys not used (frames): energy (2), extra (1), flag (1)'
says 'columns not used (frames): tag (1)'
says "warning: key 'flag' has no value: read as true (in 1 places)"

# The same content, compressed or piped: the same digest of what is stored, apart from provenance.
gzip -k a.xyz
farfield ingest -q a.xyz b.xyz $labels --e0 Ge=-4.5 --no-provenance -o plain.h5
farfield ingest -q a.xyz.gz - $labels --e0 Ge=-4.5 --no-provenance < b.xyz > gz.h5
cmp plain.h5 gz.h5
cat a.xyz b.xyz | farfield ingest -q - $labels --e0 Ge=-4.5 --no-provenance -o piped.h5
cmp plain.h5 piped.h5
farfield ingest -q a.xyz b.xyz $labels --e0 Ge=-4.5 -o again.h5 --threads 1
cmp ab.h5 again.h5
farfield ingest -q - b.xyz $labels --e0 Ge=-4.5 < a.xyz | cmp - ab.h5 # the input's digest counts, not its name

# Labels are asked for, all at once.
ends 2 farfield ingest a.xyz -o no.h5
says 'name the labels to read, or none: --energy (found dft_energy, energy), --forces (found dft_force), --virial (found dft_virial)'
farfield ingest -q a.xyz --energy none --forces none --stress none -o unlabelled.h5
farfield export -q unlabelled.h5 | grep -q energy && fail 'labels although none were asked for'

# Units and signs: 1 GPa is 1/160.2176634 eV/A^3; the virial is minus stress times volume.
cat > s.xyz <<'XYZ'
1
Lattice="2 0 0 0 2 0 0 0 2" Properties=species:S:1:pos:R:3 stress="160.2176634 0 0 0 0 0" e=1
Si 0 0 0
XYZ
virial() { farfield ingest -q s.xyz --energy e --stress stress "$@" | farfield export -q | sed -n 's/.*virial="\([^ ]*\).*/\1/p'; }
[ "$(virial --units stress=GPa)" = -8.0 ] || fail "GPa: $(virial --units stress=GPa)"
[ "$(virial --units stress=GPa --stress-sign compression)" = 8.0 ] || fail 'compression'
virial --units stress=kbar | grep -q '^-0\.\(8\|79999\)' || fail "kbar: $(virial --units stress=kbar)"
virial --units stress=bar | grep -q '^-0\.000\(8\|79999\)' || fail "bar: $(virial --units stress=bar)"
energy() { farfield ingest -q s.xyz --energy e --stress none "$@" | farfield export -q | sed -n 's/.* energy=\([^ ]*\).*/\1/p'; }
[ "$(energy --units energy=Ha)" = 27.211386245988 ] || fail 'Hartree'
[ "$(energy --units energy=meV)" = 0.001 ] || fail 'meV'
farfield ingest s.xyz --energy e --stress stress -o large.h5 2> err
says 'the largest stress is 2.57e+04 GPa: are the units right?'

# A virial of zeros can mean that there is none.
sed 's/160.2176634/0/' s.xyz > z.xyz
farfield ingest z.xyz --energy e --stress stress -o z.h5 2> err
says '1 frames have a virial of exactly zero'
farfield ingest z.xyz --energy e --stress stress --drop-zero-virials -o z.h5 2> err
says 'default        1          1        1        0        0'

# Groups, species from Z, nested Lattice, plain files.
printf '1\nkind=x Lattice=[[3,1,0],[0,3,0],[0,0,3]] Properties=Z:I:1:pos:R:3\n14 0 0 0\n' > n.xyz
farfield ingest -q n.xyz --group kind --lattice-order rows | farfield export -q > out
grep -q 'Lattice="3.0 1.0 0.0 0.0 3.0 0.0 0.0 0.0 3.0".* config_type=x ' out || { cat out; fail 'nested Lattice'; }
printf '1\nE = -1 eV\nSi 0 0 0\n' > p.xyz
farfield ingest -q p.xyz --plain --group-name molecule | farfield export -q | grep -q config_type=molecule || fail 'plain'
