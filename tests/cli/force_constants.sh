# Force constants through all stages: labels, features, fit, errors, what is shown and exported.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# value FILE ROW COLUMN: a number of the table of errors, e.g. value fit.log FC 3
value() { awk -v row="$2" -v column="$3" '{ for (i = 1; i < 3; i++) if ($i == row) { print $(i + column); exit } }' "$1"; }
# displacements FILE: how many its frames have, in all, as show counts them.
displacements() { farfield show "$1" | awk '/^Groups/ { on = 1 } on && NR > 1 && $1 == "diamond" { print $8 }'; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate -q $si --cells 2 -o perfect.h5
farfield generate -q $si --cells 1 --count 9 --rattle 0.05 --strain 0.02 -o rattled.h5

# Symmetry: one displacement for the perfect crystal, all 3 x 8 for each rattled cell.
farfield label -q --potential sw:Si --observations EFV+FC perfect.h5 -o perfect.labelled.h5
farfield label -q --potential sw:Si --observations EFV+FC rattled.h5 -o rattled.labelled.h5
farfield label -q --potential sw:Si --observations FC --displacements full perfect.h5 -o full.h5
[ "$(displacements perfect.labelled.h5)" = 1 ] || fail "the perfect crystal needs one displacement"
[ "$(displacements rattled.labelled.h5)" = 216 ] || fail "rattled frames need all displacements"
[ "$(displacements full.h5)" = 192 ] || fail "--displacements full"

# The same bytes for any number of threads, whether frames or atoms are shared out, and in pipes.
for set in perfect rattled; do
    for threads in 1 4; do
        farfield label -q -@ $threads --potential sw:Si --observations EFV+FC - < $set.h5 > again.h5
        cmp $set.labelled.h5 again.h5
    done
done

# Features: rows come last in a frame; the same from one thread and four, and without when not asked.
basis="--order 3 --degree 9,8,6 --nearest 2.35"
farfield featurize -q $basis rattled.labelled.h5 perfect.labelled.h5 -o features.h5
farfield featurize -q -@ 1 $basis rattled.labelled.h5 perfect.labelled.h5 -o again.h5
cmp features.h5 again.h5
# 9 frames of 24 x 24 and one of 192.
farfield show features.h5 | grep -Eq 'diamond +10 +10 +408 +60 +5376$' || fail "rows"
farfield featurize -q $basis --observations EFV rattled.labelled.h5 perfect.labelled.h5 -o efv.h5
farfield show efv.h5 | grep -Eq 'diamond +10 +10 +408 +60 +0$' || fail "rows nobody asked for"

# The independent displacements of a crystal weigh as much as all of them: the same model.
farfield label -q --potential sw:Si rattled.h5 -o efv.labelled.h5
farfield label -q --potential sw:Si --observations FC perfect.h5 -o symmetric.h5
for set in symmetric full; do
    farfield featurize -q $basis efv.labelled.h5 $set.h5 | farfield fit 2> $set.log > set.model.h5
done
grep -q ' 192  ' symmetric.log && grep -q ' 36864  ' full.log || fail "numbers of force constants"
for kind in energy force virial FC; do
    [ "$(value symmetric.log $kind 2)" = "$(value full.log $kind 2)" ] || fail "$kind: the sets differ"
done

# Alone they are fitted to rounding where the basis can: those of the perfect crystal.
farfield featurize -q $basis --observations FC perfect.labelled.h5 |
    farfield fit --observations FC --ridge 1e-10 -o alone.h5 2> alone.log
below "$(value alone.log FC 2)" 1e-6 "fit to the force constants of a perfect crystal"

# The model's own second derivatives are what the rows say of it, for all displacements.
farfield evaluate -q --potential ace:alone.h5 full.h5 -o evaluation.h5
farfield show evaluation.h5 > evaluation.log
below "$(value evaluation.log FC 2)" 1e-6 "the model's force constants"
grep -q 'FC .* eV/A^2' evaluation.log || fail "unit"

# With all kinds the errors of fit and evaluate are the same numbers.
farfield fit features.h5 -o model.h5 2> fit.log
farfield evaluate --potential ace:model.h5 rattled.labelled.h5 perfect.labelled.h5 2> errors.log > evaluation.h5
for kind in energy force virial FC; do
    [ "$(value fit.log $kind 1) $(value fit.log $kind 2)" = "$(value errors.log $kind 1) $(value errors.log $kind 2)" ] ||
        fail "fit and evaluate disagree on $kind"
done
[ "$(value fit.log FC 5)" = 10 ] || fail "default weight"

# Without them the force constants are worse, with a larger weight better.
farfield fit --observations EFV features.h5 -o efv-model.h5 2> efv.log
farfield fit --weights FC=100 features.h5 -o heavy.h5 2> heavy.log
grep 'FC' efv.log | grep -q ' -  eV/A^2' || fail "force constants not fitted are marked"
below "$(value fit.log FC 2)" "$(value efv.log FC 2)" "a fit without force constants"
below "$(value heavy.log FC 2)" "$(value fit.log FC 2)" "a fit to force constants above all"
farfield fit --observations EFV efv.h5 -q -o same.h5
farfield evaluate -q --potential ace:same.h5 full.h5 -o a.h5
farfield evaluate -q --potential ace:efv-model.h5 full.h5 -o b.h5
farfield show a.h5 | tail -n +3 > a.log
farfield show b.h5 | tail -n +3 > b.log
cmp a.log b.log
farfield fit --group-weights diamond:FC=3 features.h5 -o group.h5 2> group.log
[ "$(value group.log FC 5)" = 3 ] || fail "--group-weights"

# Extended XYZ cannot hold them, which is said; a report has a column for them.
farfield export perfect.labelled.h5 -o perfect.xyz 2> export.log
grep -q '1 frames have force constants' export.log || fail "export says nothing"
farfield report -q model.h5 evaluation.h5 rattled.labelled.h5 -o report
grep -q 'force_constant_rmse' report/*.csv || fail "no column in the report"
for L in 1 2; do
    farfield evaluate -q --potential ace:model.h5 --tag L=$L rattled.labelled.h5 -o L$L.h5
done
farfield report -q L1.h5 L2.h5 -o series
grep -q '^1' series/figures/force-constant-error.dat || fail "no figure of the errors against L"

refuse 2 "expected symmetric or full" farfield label -p sw:Si -b FC --displacements some perfect.h5
refuse 2 'goes with --observations FC' farfield label -p sw:Si --displacements full perfect.h5
refuse 2 'E, F, V, FC' farfield label -p sw:Si -b EFCF+FC perfect.h5
farfield label -q --potential sw:Si perfect.h5 -o plain.h5
refuse 3 'no frame has any force constants' farfield featurize $basis -b EF+FC plain.h5
refuse 3 'the features have no force constants' farfield fit -b EFV+FC efv.h5
