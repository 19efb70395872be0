# From labelled structures to a model: pipes and files, threads, observations, weights, wrong input.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# value FILE ROW COLUMN: a number of the table, e.g. value fit.log force 3
value() { awk -v row="$2" -v column="$3" '{ for (i = 1; i < 3; i++) if ($i == row) { print $(i + column); exit } }' "$1"; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
basis="--order 2 --degree 10,8 --nearest 2.35"
farfield generate $si --cells 2x1x1 --count 8 --rattle 0.05 --strain 0.01 --group rattled -o a.h5
farfield generate $si --cells 1 --count 6 --strain 0.02 --seed 2 --group strained -o b.h5
farfield label --potential sw:Si a.h5 b.h5 -o train.h5
farfield generate $si --cells 2x1x1 --count 4 --rattle 0.05 --strain 0.01 --seed 9 |
    farfield label --potential sw:Si - -o test.h5
farfield featurize $basis -q train.h5 -o features.h5

# The same bytes through a pipe and from files, from one thread and from four.
farfield fit features.h5 -o model.h5 2> fit.log
for threads in 1 4; do
    farfield fit -q -@ $threads features.h5 -o again.h5
    cmp model.h5 again.h5
    farfield featurize -@ $threads $basis -q train.h5 | farfield fit -@ $threads -q > pipe.h5
    cmp model.h5 pipe.h5
done

# What was asked for is what it says: 14 energies, 3 (8 16 + 6 8) = 528 forces, 84 virials.
grep -q '^farfield-fit: 626 observations' fit.log || { cat fit.log; fail "observations"; }
[ "$(value fit.log energy 1)" = 8 ] || { cat fit.log; fail "energies of the group rattled"; }
grep -Eq 'all +energy +14 ' fit.log && grep -Eq 'force +528 ' fit.log && grep -Eq 'virial +84 ' fit.log ||
    { cat fit.log; fail "rows"; }

# The model describes structures it has not seen about as well as those it has: pair and three-body
# functions cannot say Stillinger-Weber exactly, but to some per cent of 1 eV/A.
farfield evaluate --potential ace:model.h5 test.h5 2> test.log > evaluation.h5
below "$(value test.log force 2)" 0.1 "test error of the forces"
below "$(value test.log energy 2)" 5 "test error of the energies"

# Observations: fewer are fitted, all are reported, and those left out get worse.
farfield fit --observations E features.h5 -o energies.h5 2> energies.log
grep -q '^farfield-fit: 14 observations' energies.log || fail "--observations E"
grep 'force' energies.log | grep -q ' -  eV/A' || fail "forces not fitted are marked"
farfield evaluate --potential ace:energies.h5 test.h5 2> worse.log > evaluation.h5
below "$(value test.log force 2)" "$(value worse.log force 2)" "energies alone give better forces"

# Weights: of kinds, and of a group.
farfield fit --weights E=1000,F=1,V=0 features.h5 -o weights.h5 2> weights.log
grep -q '^farfield-fit: 542 observations' weights.log || fail "weight 0 leaves virials out"
farfield fit --group-weights strained:E=300,V=10 features.h5 -o group.h5 2> group.log
grep 'strained  energy' group.log | grep -q '300  meV' || { cat group.log; fail "--group-weights"; }
# The last weights that name a group count, all of them; kinds that are not fitted get none.
farfield fit -g strained:E=5,F=7 -g strained:E=300,V=10 features.h5 -o last.h5 2> last.log
for kind in energy force virial; do
    [ "$(grep -A 2 'strained  energy' group.log | grep "$kind")" = "$(grep -A 2 'strained  energy' last.log | grep "$kind")" ] ||
        { cat last.log; fail "--group-weights twice: $kind"; }
done
grep 'all .*energy' group.log | grep -q 'mixed' || fail "mixed weights"
grep 'rattled .*energy' group.log | grep -q '30  meV' || fail "weights of the other group"

# The stronger the ridge, the worse the fit to its own data.
farfield fit --ridge 1e-3 features.h5 -o damped.h5 2> damped.log
below "$(grep -A 1 'all ' fit.log | value - force 2)" "$(grep -A 1 'all ' damped.log | value - force 2)" \
    "damping improves the fit"

# Kinds that are not there.
farfield featurize $basis --observations EF -q train.h5 -o ef.h5
refuse 3 '--observations: the features have no virials' farfield fit --observations EFV ef.h5
farfield fit --weights V=2 ef.h5 -o model-ef.h5 2> ef.log
grep -q 'warning: the features have no virials' ef.log || { cat ef.log; fail "weight without effect"; }

# Too few observations, and wrong options.
refuse 4 'cannot determine .* coefficients without a ridge' farfield fit -b E --ridge 0 features.h5
refuse 4 'no observation is left' farfield fit --weights E=0,F=0,V=0 features.h5
refuse 2 "'X=3' is not KIND=WEIGHT" farfield fit --weights E=1,X=3 features.h5
refuse 2 "'F=-1' is not KIND=WEIGHT" farfield fit --weights F=-1 features.h5
refuse 2 "'F=1e' is not KIND=WEIGHT" farfield fit --weights F=1e features.h5
refuse 2 "no group 'defect'" farfield fit --group-weights defect:E=1 features.h5
refuse 2 'is not GROUP:KIND=WEIGHT' farfield fit --group-weights E=1 features.h5
refuse 2 'EFX' farfield fit --observations EFX features.h5
refuse 3 'ridge' farfield fit --ridge -1 features.h5
refuse 3 'smoothness' farfield fit --smoothness -1 features.h5
refuse 3 'train.h5.*dataset' farfield fit train.h5
refuse 5 'missing.h5' farfield fit missing.h5

# A stage before that fails, or is killed half-way through its output.
refuse 3 'standard input' farfield fit < /dev/null
head -c 20000 features.h5 > half.h5
refuse 3 'standard input' farfield fit < half.h5
refuse 3 'half.h5' farfield fit half.h5

# A killed fit leaves nothing behind, and the previous result in place.
mkdir killed
cp model.h5 killed/model.h5
mkfifo slow
farfield fit -q -o killed/model.h5 < slow 2> killed.log &
fit=$!
exec 3> slow
head -c 10000 features.h5 >&3
kill "$fit"
exec 3>&-
wait "$fit" && fail "a killed fit reports success"
cmp model.h5 killed/model.h5
[ "$(ls -A killed)" = model.h5 ] || fail "a killed fit leaves $(ls -A killed)"
