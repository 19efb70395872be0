#!/bin/sh
# farfield extrapolate: the limits of silicon's defects, the exponent theory gives, refusals.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
silicon="--crystal diamond --species Si --lattice-constant 5.430950"
for n in 2 3 4 5 6; do
    farfield relax-defect -q -p sw:Si $silicon -n $n --defect vacancy --break-symmetry 0.4 -o v$n.h5
    farfield relax-defect -q -p sw:Si $silicon -n $n --defect interstitial-tetrahedral -o i$n.h5
done

# 2.645 and 4.927 eV, computed independently, and N^-3 within the interval of the fitted exponent.
limit() { awk -v low="$1" -v high="$2" '
    $2 == "energy" && /assumed/ && $3 > low && $3 < high && $5 < 0.0005 { value = 1 }
    $2 == "energy" && /fitted/ { line = $0; sub(/.*95 %: /, "", line); sub(/;.*/, "", line)
        split(line, end, " to "); held = end[1] < 3 && end[2] > 3 }
    END { exit !(value && held) }' err || fail "not the limit: $(cat err)"; }
expect 0 'vacancy in diamond, 5 sizes' farfield extrapolate v4.h5 v2.h5 v6.h5 v3.h5 v5.h5 -o v.h5
limit 2.6445 2.6458
expect 0 'geometry  *error ~ N^-1\.[3-7]' farfield extrapolate i2.h5 i3.h5 i4.h5 i5.h5 i6.h5 --tag potential=sw -o i.h5
limit 4.9265 4.9275
farfield show i.h5 > out
grep -q 'potential=sw' out && grep -q '6x6x6  *1729  *4\.9359' out || fail "show: $(cat out)"
farfield extrapolate -q i6.h5 i5.h5 i2.h5 i4.h5 i3.h5 --tag potential=sw --no-provenance -o other.h5
farfield extrapolate -q i2.h5 i3.h5 i4.h5 i5.h5 i6.h5 --tag potential=sw --no-provenance > order.h5
cmp other.h5 order.h5 || fail "the order of the inputs matters"

# Two sizes have a limit, but nothing to judge it by.
expect 0 'of unknown uncertainty' farfield extrapolate i2.h5 i3.h5 -o two.h5
grep -q 'fitted' err && fail "an exponent from two sizes: $(cat err)"

# What did not converge is listed and not used.
farfield relax-defect -q -p sw:Si $silicon -n 3 --defect interstitial-tetrahedral -m 2 -u -o early.h5 2> err
expect 0 'not converged, not used' farfield extrapolate i2.h5 early.h5 i4.h5 i5.h5 -o early-limit.h5
farfield extrapolate -q i2.h5 i4.h5 i5.h5 -o without.h5
farfield show early-limit.h5 | sed -n '/^Limits/,$p' > a; farfield show without.h5 | sed -n '/^Limits/,$p' > b
cmp a b || fail "an unfinished relaxation counts"

# A dumbbell that was left on its saddle in one size, and fell in the others.
tungsten="-p fs:W --crystal bcc --species W --lattice-constant 3.1652 --defect dumbbell-110"
farfield relax-defect -q $tungsten -n 3 -o d3.h5
farfield relax-defect -q $tungsten -n 4 --break-symmetry 0.2 -o d4.h5
expect 0 'with 55 atoms the defect is in another configuration' farfield extrapolate d3.h5 d4.h5 -o mixed.h5

farfield relax-defect -q -p sw:Si $silicon -n 2x2x3 --defect vacancy -o long.h5 2> err
expect 3 'long.h5: has 2 x 2 x 3 cells, expected the shape' farfield extrapolate v2.h5 long.h5 -o wrong.h5
expect 3 'has the same 2 x 2 x 2 cells as another' farfield extrapolate v2.h5 v2.h5 -o wrong.h5
expect 3 'cannot be compared' farfield extrapolate v2.h5 i3.h5 -o wrong.h5
expect 3 'relaxation' farfield extrapolate v2.h5 i.h5 -o wrong.h5
expect 2 '' farfield extrapolate v2.h5 -o wrong.h5
expect 2 '' farfield extrapolate v2.h5 v3.h5 --tag L -o wrong.h5
[ ! -e wrong.h5 ] || fail "a failure left an output"
