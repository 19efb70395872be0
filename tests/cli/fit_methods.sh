# Methods, priors and noise models of fit: what they say, what they must agree on, and how they do
# on structures that were not fitted.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# value LOG KIND COLUMN: of the rows over all groups; columns: values RMSE MAE max
value() { awk -v kind="$2" -v column="$3" '$1 == "all" { all = 1 } all && ($1 == kind || $2 == kind) { print $((($1 == kind) ? 1 : 2) + column); exit }' "$1"; }

keys="--energy energy --forces forces --virial virial"
farfield ingest -q "$FARFIELD_TOP/sample-data/si-train.xyz.gz" $keys -o train.h5
farfield ingest -q "$FARFIELD_TOP/sample-data/si-test.xyz" $keys -o test.h5
farfield featurize -q --degree 10,8,6 train.h5 -o features.h5

# Without a prior, Householder QR, SVD without a cut-off, ridge 0 and LSQR solve one problem; all
# methods leave a twentieth of the labels' spread (183 meV/atom, 1.69 eV/A) on the test set.
for fit in "qr" "svd --svd-cutoff 0" "ridge --ridge 0" "lsqr --ridge 0" "ridge" "svd" "bayes" "ard" "lsqr"; do
    name=$(echo "$fit" | tr -d ' -')
    farfield fit --method $fit features.h5 -o "$name.h5" 2> "$name.log"
    farfield evaluate --potential "ace:$name.h5" test.h5 -o e.h5 2> "$name.test"
    below "$(value "$name.test" energy 2)" 9.1 "$fit: energies"
    below "$(value "$name.test" force 2)" 0.084 "$fit: forces"
done
for name in svdsvdcutoff0 ridgeridge0 lsqrridge0; do
    for kind in energy force virial; do
        [ "$(value qr.log $kind 2)" = "$(value $name.log $kind 2)" ] || fail "$name and qr differ on $kind"
    done
done
grep -q '50 functions, method qr,' qr.log || { cat qr.log; fail "what is said of qr"; }
grep -Eq 'method lsqr, [0-9]+ steps' lsqr.log || { cat lsqr.log; fail "steps of lsqr"; }
grep -Eq 'effective parameters +[0-9.]+ of 50 \(E [0-9.]+, F [0-9.]+, V [0-9.]+\)' bayes.log || { cat bayes.log; fail "effective parameters"; }
grep -q 'log evidence' bayes.log && grep -q 'log evidence' ard.log || fail "evidence"
below "$(sed -n 's/.*effective parameters *[0-9.]* of \([0-9]*\).*/\1/p' ard.log)" 50 "ard leaves functions out"
# The evidence of a method that may choose more is no less.
below "$(sed -n 's/.*log evidence *//p' bayes.log)" "$(sed -n 's/.*log evidence *//p' ard.log)" "evidence of ard"

# Larger cut-offs leave fewer dimensions and fit worse.
farfield fit -m svd --svd-cutoff 1e-2 features.h5 -o cut.h5 2> cut.log
below "$(sed -n 's/.*rank \([0-9]*\),.*/\1/p' cut.log)" 50 "rank"
below "$(value svd.log force 2)" "$(value cut.log force 2)" "a cut-off improves the fit to its own data"

# Weights found: the rule and the levels are said, stored and shown; bytes do not depend on threads.
farfield fit -w auto features.h5 -o auto.h5 2> auto.log
farfield fit -q -@ 1 -w auto features.h5 -o again.h5
cmp auto.h5 again.h5
farfield show auto.h5 > auto.show
for file in auto.log auto.show; do
    grep -Eq 'noise by evidence +E [0-9.]+/sqrt\(n\) meV/atom, F [0-9.]+ eV/A, V ' $file || { cat $file; fail "levels"; }
    grep -Eq 'weights +E [0-9.]+, F 1, V [0-9.]+' $file || { cat $file; fail "weights"; }
    grep -Eq "errors on frames left out \(5 folds, [0-9]+ tries\)" $file || { cat $file; fail "the rule"; }
done
grep -q 'method *bayes, common noise' auto.show || { cat auto.show; fail "--weights auto implies bayes"; }
# The product of the errors left out is no larger than with the default weights, or with others.
product() { sed -n '/left out  /,$p' "$1" | awk '$1 == "all" { on = 1 } on { for (i = 1; i < NF; i++) if ($i ~ /^(energies|forces|virials)$/) p = (p ? p : 1) * $(i + 3) } END { print p }'; }
for weights in auto E=30,F=1,V=1 E=1,F=1,V=1 E=1000,F=1,V=1 E=10,F=1,V=10; do
    farfield fit -w $weights -m bayes -k 5 features.h5 -o product.h5 2> product.log
    [ $weights = auto ] && least=$(product product.log) || below "$least" "$(product product.log)" "product of errors with $weights"
done
# Units or unlucky choices do not matter: energies 1000 times as heavy fit forces worse than auto.
farfield fit -w E=10000,F=1,V=1 features.h5 -o heavy.h5 2> heavy.log
below "$(value auto.log force 2)" "$(value heavy.log force 2)" "forces of automatic weights"
# Groups keep weights relative to the others.
farfield fit -w auto -g rattled:F=0 features.h5 -o group.h5 2> group.log
grep -E 'rattled +energy|  force' group.log | grep -q ' -  eV/A' || { cat group.log; fail "a group left out"; }

# Noise per kind does not depend on the weights given; noise as given trusts them.
farfield fit -m bayes --noise per-kind features.h5 -o a.h5 2> a.log
farfield fit -m bayes --noise per-kind -w E=1,F=7,V=3 features.h5 -o b.h5 2> b.log
for kind in energy force virial; do
    [ "$(value a.log $kind 2)" = "$(value b.log $kind 2)" ] || fail "per-kind noise depends on the weight of $kind"
done
farfield fit -m bayes --noise given -w E=100,F=100,V=30 features.h5 -o given.h5 2> given.log
grep -q 'noise assumed *1 / weight, as given' given.log || { cat given.log; fail "noise as given"; }

# Priors in the degree.
for prior in algebraic exponential gaussian; do
    farfield fit --ridge 1e-4 --prior $prior features.h5 -o prior.h5 2> prior.log
    farfield evaluate --potential ace:prior.h5 test.h5 -o e.h5 2> prior.test
    below "$(value prior.test force 2)" 0.1 "prior $prior"
    farfield show prior.h5 | grep -q "prior *$prior, " || fail "the prior is stored"
    [ "$(value prior.log force 2)" != "${last:-}" ] || fail "prior $prior changes nothing"
    last=$(value prior.log force 2)
done

# Left out: every group, folds, and a learning curve, whose end is the last fold's error.
farfield fit --cross-validate group features.h5 -o groups.h5 2> groups.log
sed -n '/left out/,$p' groups.log > groups.held
for group in strained rattled supercell vacancy all; do grep -q "^  $group" groups.held || { cat groups.held; fail "group $group"; }; done
farfield fit --cross-validate 4 --learning-curve features.h5 -o curve.h5 2> curve.log
awk '/of 4 folds/ { part = $1 } /fold 4/ { part = "fold" } /left out|  all/ { part = "" } $1 == "forces" { rmse[part] = $4 }
    END { exit !(rmse[1] > rmse[3] && rmse[3] == rmse["fold"] && rmse[2] > 0) }' curve.log || { cat curve.log; fail "learning curve"; }
farfield show curve.h5 | grep -q 'Learning curve' || fail "the curve is stored"
# Other folds, other numbers; the same seed, the same.
farfield fit --cross-validate 4 --seed 2 features.h5 -o other.h5 2> other.log
cmp -s curve.h5 other.h5 && fail "the seed changes nothing"

# Wrong options, and what a method cannot do.
refuse 2 "expected qr, ridge, svd, bayes, ard or lsqr" farfield fit --method magic features.h5
refuse 2 "expected algebraic, exponential or gaussian" farfield fit --prior flat features.h5
refuse 2 "expected common, per-kind or given" farfield fit --noise loud features.h5
refuse 2 'auto contradicts --noise given' farfield fit -w auto --noise given features.h5
refuse 2 'expected group or a number of folds' farfield fit --cross-validate 1 features.h5
refuse 3 'cut-off' farfield fit -m svd --svd-cutoff 2 features.h5
refuse 2 'needs folds' farfield fit --learning-curve features.h5
refuse 4 'the method lsqr does not give' farfield fit -m lsqr --committee 3 features.h5
