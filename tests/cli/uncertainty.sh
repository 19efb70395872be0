# How sure models are: committees, covariances and POPS through evaluate and relax-defect.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# share LOG KIND COLUMN: of the last row of the table of predicted errors of that kind; columns:
# values RMSE expected model noise 1sd 2sd [width in]
share() { awk -v kind="$2" -v column="$3" '/predicted errors/ { on = 1 } on { for (i = 1; i < 3; i++) if ($i == kind) x = $(i + column) } END { print x }' "$1"; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
farfield relax-defect -q $si --cells 2 -d interstitial-tetrahedral -p sw:Si -o small.h5
farfield generate -q small.h5 --count 8 --rattle 0.02 --include-base -g defect -o d.h5
farfield generate -q $si --cells 2 --count 5 --rattle 0.01 --strain 0.02 -g crystal -o c.h5
farfield generate -q small.h5 --count 6 --rattle 0.02 --seed 9 -g defect -o t.h5
farfield label -q -p sw:Si d.h5 c.h5 -o train.h5
farfield label -q -p sw:Si t.h5 -o test.h5
farfield featurize -q --degree 8,6,5 train.h5 -o features.h5
farfield fit -q -w auto --committee 24 features.h5 -o committee.h5
farfield fit -q -w auto --covariance features.h5 -o covariance.h5
farfield fit -q -w auto --pops features.h5 -o pops.h5
farfield fit -q -w auto features.h5 -o plain.h5

# All of them are the same model; a committee of 24 knows deviations to 15 %.
for model in plain committee covariance pops; do
    farfield evaluate -p ace:$model.h5 test.h5 -o $model-errors.h5 2> $model.log
    sed '/predicted errors/,$d' $model.log > $model.errors
    cmp plain.errors $model.errors
done
grep -q 'predicted errors' plain.log && fail "a model without uncertainty predicts errors"
for kind in energy force virial; do
    awk -v a="$(share committee.log $kind 4)" -v b="$(share covariance.log $kind 4)" 'BEGIN { exit !(a / b > 0.6 && a / b < 1.4) }' ||
        fail "$kind: committee $(share committee.log $kind 4), covariance $(share covariance.log $kind 4)"
done
# Forces, 1170 of them: noise level and coefficients together foresee the errors within a third, and
# most lie within two. POPS holds nearly all, with bounds of the errors' own size.
awk -v e="$(share covariance.log force 3)" -v r="$(share covariance.log force 2)" 'BEGIN { exit !(e / r > 0.67 && e / r < 1.5) }' ||
    { cat covariance.log; fail "expected against found"; }
below 85 "$(share covariance.log force 7)" "share within two"
below 95 "$(share pops.log force 9)" "share within the bounds"
below "$(share pops.log force 8)" "$(awk -v r="$(share pops.log force 2)" 'BEGIN { print 10 * r }')" "width of the bounds"

# The same bytes from any number of threads, and without the tables.
for threads in 1 4; do
    farfield evaluate -q -@ $threads -p ace:committee.h5 test.h5 -o again.h5
    cmp committee-errors.h5 again.h5
    farfield fit -q -@ $threads -w auto --committee 24 features.h5 -o again.h5
    cmp committee.h5 again.h5
    farfield fit -q -@ $threads -w auto --pops features.h5 -o again.h5
    cmp pops.h5 again.h5
done
farfield fit -q -w auto --committee 24 --seed 2 features.h5 -o other.h5
cmp -s committee.h5 other.h5 && fail "the seed of the committee changes nothing"
farfield evaluate --no-uncertainty -p ace:committee.h5 test.h5 -o again.h5 2> none.log
grep -q 'predicted errors' none.log && fail "--no-uncertainty"
farfield show committee-errors.h5 | grep -q 'Errors as the model expects them' || fail "show"

# Every prediction on request.
farfield evaluate -q --each -p ace:pops.h5 test.h5 -o each.h5
farfield show each.h5 | grep -q 'predictions *1212,' || { farfield show each.h5; fail "6 energies, 1170 forces, 36 virials"; }

# A reduction knows a committee as well as the rows do.
farfield reduce -q features.h5 -o reduced.h5
farfield fit -q -w auto --committee 24 --covariance reduced.h5 -o from-reduction.h5
farfield evaluate -p ace:from-reduction.h5 test.h5 -o again.h5 2> reduced.log
for kind in energy force virial; do
    awk -v a="$(share reduced.log $kind 4)" -v b="$(share covariance.log $kind 4)" 'BEGIN { exit !(a / b > 0.99 && a / b < 1.01) }' ||
        fail "$kind: the covariance from a reduction"
done

# Defects: what the members would find, against what some of them find when they relax themselves
# is tests/lib/analysis/test_defect_uncertainty.c; here that it is said, stored and shown, from each
# source, with the true error (of 0.2 eV at most) within a few of POPS's deviations.
farfield relax-defect -q $si --cells 3 -d interstitial-tetrahedral -p sw:Si -o reference.h5
for model in committee covariance pops plain; do
    farfield relax-defect -p ace:$model.h5 --from-reference reference.h5 -o $model-relaxed.h5 2> relax.log
    [ $model = plain ] || grep -Eq "uncertainty .* eV of the formation energy \([0-9]+ members, $model\)" relax.log ||
        { cat relax.log; fail "$model: what is said"; }
done
farfield show plain-relaxed.h5 | grep -q uncertainty && fail "a model without uncertainty has some"
number() { farfield show "$1" | awk -v name="$2" 'index($0, name) { sub(".*" name " *", ""); print $1; exit }'; }
error=$(awk -v a="$(number reference.h5 'formation energy')" -v b="$(number pops-relaxed.h5 'formation energy')" 'BEGIN { d = a - b; print d < 0 ? -d : d }')
below "$error" "$(awk -v s="$(number pops-relaxed.h5 uncertainty)" 'BEGIN { print 5 * s }')" "error of the formation energy"
below "$(number committee-relaxed.h5 uncertainty)" "$(number pops-relaxed.h5 uncertainty)" "POPS is wider than the posterior"
farfield relax-defect -q --no-uncertainty -p ace:pops.h5 --from-reference reference.h5 -o none.h5
farfield show none.h5 | grep -q uncertainty && fail "relax-defect --no-uncertainty"
farfield relax-defect -q -@ 1 -p ace:pops.h5 --from-reference reference.h5 --members 5 -o five.h5
farfield show five.h5 | grep -q '(5 members, pops)' || fail "--members"
farfield relax-defect -q -@ 4 -p ace:pops.h5 --from-reference reference.h5 --members 5 -o again.h5
cmp five.h5 again.h5
expect 2 "expected committee, covariance or pops" farfield relax-defect -p ace:pops.h5 --from-reference reference.h5 --ensemble oracle -o no.h5
expect 3 "fitted without --committee" farfield relax-defect -p ace:pops.h5 --from-reference reference.h5 --ensemble committee -o no.h5
expect 2 "members 0" farfield relax-defect -p ace:pops.h5 --from-reference reference.h5 --members 0 -o no.h5
[ ! -e no.h5 ] || fail "output left behind"

# Leverages: the sum over frames is the number of effective parameters.
farfield fit -w auto --leverage features.h5 -o leverage.h5 2> leverage.log
grep -q 'leverage by frame, the largest of 14' leverage.log || { cat leverage.log; fail "leverages"; }
if python3 -c 'import h5py' 2> /dev/null; then
    python3 - << 'PYTHON'
import h5py
with h5py.File("leverage.h5") as file:
    fit = file["fit"]
    total = sum(fit["leverage"][kind][:].sum() for kind in ["energy", "force", "virial", "force_constant"])
    assert abs(total - fit.attrs["effective"]) < 1e-6 * total, (total, fit.attrs["effective"])
PYTHON
fi
