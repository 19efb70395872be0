# The shipped study of observations and weights: one pass over the rows, a grid of refits.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
farfield run "$FARFIELD_TOP/pipelines/ablation.xml" --directory shipped 2> err || fail "as shipped"
grep -q 'ran 35, reused 0' err || fail "35 instances"
[ "$(grep -c '^\[.*\] reduced' err)" = 1 ] || fail "the features are reduced once"
[ "$(ls shipped/models | wc -l)" = 15 ] && [ -s shipped/index.html ] && [ -s shipped/reduced.h5 ] || fail "what is published"

# rmse OBSERVATIONS WEIGHT KIND: of the test set.
rmse() { awk -F, -v o="$1" -v w="$2" -v k="$3" '
    { for (i = 1; i <= NF; i++) gsub(/"/, "", $i) }
    { for (i = 1; i < NF; i++) if ($1 == w && $2 == o && $i == "all" && $(i + 1) == k) { print $(i + 3); exit } }' shipped/evaluations.csv; }
evidence=shipped/evaluations.csv
below "$(rmse EF 10 force)" "$(rmse E 10 force)" "fitting forces makes them better"
below "$(rmse EFV 10 virial)" "$(rmse E 10 virial)" "fitting virials makes them better"
below "$(rmse EFV auto force)" "$(rmse EFV 1000 force)" "automatic weights and forces"
below "$(rmse EFV auto energy)" "$(rmse EFV 1 energy)" "automatic weights and energies"

# Another grid costs refits only.
evidence=err
farfield run "$FARFIELD_TOP/pipelines/ablation.xml" --directory shipped --set energy-weight="10 30" 2> err || fail "another grid"
grep -q 'ran 7, reused 16' err || fail "only what is new"
grep '\] reduced\|\] features' err | grep -vq reused && fail "the rows were touched again"
exit 0
