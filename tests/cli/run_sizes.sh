#!/bin/sh
# The shipped study of sizes: limits of silicon's defects, and N^-3 within the fitted exponent's interval.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
farfield run "$FARFIELD_TOP/pipelines/sizes.xml" --directory sizes -j 2 2> err || fail "as shipped"
grep -q 'ran 13, reused 0' err || fail "13 instances"
[ -s sizes/index.html ] && [ -s sizes/limits/vacancy.h5 ] && [ -s sizes/figures/sizes.svg ] || fail "what is published"

grep -q 'theory says 3' sizes/index.html || fail "no finding"

# holds DEFECT LOW HIGH: the limit with its exponent assumed, and 3 in the interval of the other.
holds() { awk -F, -v d="$1" -v low="$2" -v high="$3" '
    NR == 1 { for (i = 1; i <= NF; i++) { sub(/ .*/, "", $i); column[$i] = i } next }
    index($1 $2, d) && /assumed/ && /formation/ { value = $column["limit"] > low && $column["limit"] < high }
    index($1 $2, d) && /fitted/ { held = $column["exponent_low"] < 3 && $column["exponent_high"] > 3 }
    END { exit !(value && held) }' limits.csv || { cat limits.csv; fail "$1"; }; }
sed 's/"\([^",]*\), \([^"]*\)"/"\1; \2"/g' sizes/limits.csv > limits.csv
holds vacancy 2.6447 2.6458
holds interstitial 4.9265 4.9275

# One more size costs one more relaxation for each defect, and the fits.
farfield run "$FARFIELD_TOP/pipelines/sizes.xml" --directory sizes --set N="2 3 4 5 6 7" 2> err || fail "one more"
grep -q 'ran 5, reused 10' err || fail "only what is new"
