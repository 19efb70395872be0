#!/bin/sh
# Files of before radial forms, limits and lengths of pairs: their basis is that of the defaults, the
# model gives the energies it gave then, and a fit of the features gives that model.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
command -v h5dump > /dev/null || { echo "needs h5dump"; exit 77; }
for kind in features model; do
    gzip -d -c "$FARFIELD_TOP/tests/formats/old/basis-$kind-1.h5.gz" > $kind.h5
    farfield show $kind.h5 > shown
    for line in 'degrees  *0, 4, 4 (l counts 0.75)' 'radial functions  *agnesi:2,2' 'cutoff  *4.2 A' \
        'inner radius  *1.6 A' 'nearest neighbour  *2.35 A'; do
        grep -q "^  $line\$" shown || fail "$kind: not shown: $line: $(cat shown)"
    done
done
h5dump -n 1 model.h5 | grep -q -e /basis/radial -e pair_cutoff && fail "the sample is not old"
printf '8\nLattice="5.43 0 0 0 5.43 0 0 0 5.43"\nSi 0.1 0 0\nSi 1.36 1.40 1.30\nSi 0 2.7 2.75\nSi 1.3 4.1 4.05\nSi 2.72 0 2.7\nSi 4.07 1.35 4.1\nSi 2.7 2.7 0.05\nSi 4.0 4.1 1.3\n' > s.xyz
farfield ingest -q s.xyz --energy none --forces none --virial none -o s.h5
farfield label -q -p ace:model.h5 s.h5 -o labelled.h5
# As the executables of then printed it; to rounding, which summation may change.
energy=$(farfield export labelled.h5 | sed -n 's/.*config_type=default energy=\([^ ]*\).*/\1/p')
awk -v e="$energy" 'BEGIN { d = e + 34.2821124195438; exit !(e != "" && d < 1e-9 && d > -1e-9) }' ||
    fail "energy $energy, expected -34.2821124195438"
farfield fit -q features.h5 -o fitted.h5
h5dump -d /coefficients -y -m %.9g model.h5 | sed -n '/DATA/,/}/p' > then
h5dump -d /coefficients -y -m %.9g fitted.h5 | sed -n '/DATA/,/}/p' > now
paste then now | awk 'NF == 24 || 1 { for (i = 1; i <= NF / 2; i++) { a = $i + 0; b = $(i + NF / 2) + 0;
    d = a - b; if (d < 0) d = -d; if (d > 1e-6) exit 1; n += a != 0 } } END { exit n < 12 }' ||
    fail "the coefficients were $(cat then), now $(cat now)"
