# Reductions: the same models as from the rows, whatever the observations and weights; pipes and
# threads; folds; weights of atoms near a defect; what a reduction cannot do.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
command -v h5dump > /dev/null || { echo "needs h5dump"; exit 77; }

# agree A B TOLERANCE: the largest difference of coefficients, relative to the largest coefficient.
agree() {
    numbers "$1" coefficients > a.txt; numbers "$2" coefficients > b.txt
    [ -s a.txt ] || fail "no coefficients in $1"
    paste a.txt b.txt | awk -v tolerance="$3" -v what="$1 $2" '
        { d = $1 - $2; if (d < 0) d = -d; m = $1 < 0 ? -$1 : $1; if (d > most) most = d; if (m > size) size = m }
        END { if (!(most <= tolerance * size)) { print what ": " most " of " size; exit 1 } }'
}

keys="--energy energy --forces forces --virial virial"
farfield ingest -q "$FARFIELD_TOP/sample-data/si-train.xyz.gz" $keys -o train.h5
farfield featurize -q --degree 8,6,5 train.h5 -o features.h5
farfield reduce features.h5 -o reduced.h5 2> reduce.log
grep -q '2647 rows of 27 functions in 57 classes' reduce.log || { cat reduce.log; fail "what is said"; }
grep -Eq 'supercell +forces +5 +960' reduce.log || { cat reduce.log; fail "the table of classes"; }

# The same bytes from a pipe, and from one thread and four.
for threads in 1 4; do
    farfield featurize -q -@ $threads --degree 8,6,5 train.h5 | farfield reduce -q -@ $threads > piped.h5
    cmp reduced.h5 piped.h5
    farfield fit -q -@ $threads -w auto reduced.h5 -o auto-$threads.h5
done
cmp auto-1.h5 auto-4.h5
farfield fit -q -w auto - < reduced.h5 | cmp - auto-1.h5

# Any observations, weights, groups and methods, as from the rows: to the rounding of systems of
# condition 1e5. The errors are those of the rows, too.
fits='-b=E -b=EF -b=EFV -w=E=100,F=1,V=0.1 -w=F=0 -g=vacancy:E=0,F=0,V=0 -w=auto -m=qr -m=bayes -m=svd -m=ard'
for option in $fits; do
    name=$(echo "$option" | tr -c 'a-zA-Z0-9\n' _)
    set -- "${option%%=*}" "${option#*=}"
    [ "$1 $2" != "-b E" ] || set -- "$1" "$2" --ridge 1e-4
    farfield fit "$@" features.h5 -o rows.h5 2> rows.log
    farfield fit "$@" reduced.h5 -o "$name.h5" 2> "$name.log"
    agree rows.h5 "$name.h5" 1e-6
    for log in rows.log "$name.log"; do
        awk '$(NF) ~ /atom|eV/ && NF >= 7 { print $(NF - 6), $(NF - 5), $(NF - 4) }' $log > $log.rmse
    done
    cmp rows.log.rmse "$name.log.rmse" || fail "errors of $option"
done
grep -q 'mean and largest errors need the rows' _b_E.log || { cat _b_E.log; fail "what a reduction does not know"; }
grep -E 'all +energy' _b_E.log | grep -q ' - .* - ' || { cat _b_E.log; fail "unknown errors"; }

# Folds: cross-validation as from the rows; the sum over folds is no fold.
farfield reduce -q --folds 3 --seed 5 features.h5 -o folds.h5
farfield fit --cross-validate 3 folds.h5 -o model.h5 2> folds.log
farfield fit --cross-validate 3 --seed 5 features.h5 -o rows.h5 2> rows.log
farfield reduce -q --folds 1 features.h5 -o whole.h5
for log in folds.log rows.log; do sed -n '/left out/,$p' $log > $log.held; done
[ -s folds.log.held ] && cmp folds.log.held rows.log.held || fail "cross-validation from a reduction"
agree rows.h5 model.h5 1e-6
farfield show folds.h5 > show.log
[ "$(wc -c < whole.h5)" -lt "$(wc -c < folds.h5)" ] || fail "folds cost nothing"
grep -q 'folds *3 (seed 5)' show.log && grep -Eq 'vacancy +forces +4 +756 +3' show.log || { cat show.log; fail "show"; }

# Atoms near the defect: a weight of 1 changes nothing, a larger one makes their forces better.
farfield generate -q --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 --defect vacancy \
    --count 4 --rattle 0.05 -o g.h5
farfield label -q -p sw:Si g.h5 -o vacancy.h5
farfield featurize -q --degree 5,4 --e0 zero vacancy.h5 -o near.h5
h5dump -H near.h5 | grep -q 'DATASET "distance"' || fail "distances from the defect"
farfield fit -q near.h5 -o plain.h5
farfield fit -q --near-defect 1,3 near.h5 -o one.h5
agree plain.h5 one.h5 1e-9
farfield reduce -q --near-defect 20,3 near.h5 -o near-reduced.h5
farfield fit -q near-reduced.h5 -o close.h5
farfield fit -q --near-defect 20,3 near.h5 -o close-rows.h5
agree close.h5 close-rows.h5 1e-6
# Errors of forces within 3 A of the vacancy, from the predictions that evaluate keeps.
python3 -c 'import h5py' 2> /dev/null && for model in plain close; do
    farfield fit -q $([ $model = plain ] || echo --near-defect 20,3) --committee 2 near.h5 -o m.h5
    farfield evaluate -q -p ace:m.h5 vacancy.h5 --each -o $model-errors.h5
done && python3 - << 'PYTHON'
import h5py, math
rmse = []
with h5py.File("near.h5") as file:
    distance, atoms = file["atoms/distance"][:], file["frames/atoms"][:]
for model in ["plain", "close"]:
    with h5py.File(model + "-errors.h5") as file:
        p = file["predictions"]
        picked = [e for f, k, a, e in zip(p["frame"][:], p["kind"][:], p["atom"][:], p["error"][:])
                  if k == 1 and distance[atoms[:f].sum() + a] < 3]
    assert len(picked) > 30
    rmse.append(math.sqrt(sum(e * e for e in picked) / len(picked)))
assert rmse[1] < 0.95 * rmse[0], rmse
PYTHON

# What needs the rows is refused with a word on where it belongs.
refuse 2 'fit the features' farfield fit --pops reduced.h5
refuse 2 'fit the features' farfield fit --leverage reduced.h5
refuse 2 'give it to farfield reduce' farfield fit --near-defect 2,3 reduced.h5
refuse 2 'the reduction has 5 folds' farfield fit --cross-validate 3 reduced.h5
refuse 2 'needs folds' farfield fit --learning-curve whole.h5
refuse 2 'needs folds: reduce with' farfield fit --weights auto whole.h5
refuse 2 "the reduction has no group 'defect'" farfield fit -g defect:E=1 reduced.h5
farfield reduce -q --observations EF features.h5 -o ef.h5
refuse 3 'the reduction has no virials' farfield fit --observations EFV ef.h5
refuse 3 'the features have no force constants' farfield reduce --observations E+FC features.h5
refuse 3 'no frame knows where its defect is' farfield reduce --near-defect 2,3 features.h5
refuse 2 'is not WEIGHT,RADIUS' farfield reduce --near-defect 2 near.h5
refuse 3 'expected a weight of at least 0' farfield reduce --near-defect 2,-1 near.h5
refuse 2 'expected 1 to 1000' farfield reduce --folds 0 features.h5
refuse 3 'is of kind dataset, expected features or a reduction' farfield fit train.h5
refuse 3 'reduced.h5' farfield reduce reduced.h5
head -c 20000 reduced.h5 > half.h5
refuse 3 'half.h5' farfield fit half.h5
