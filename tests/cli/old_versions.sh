# Intermediates of earlier layout versions are still read, with the same numbers. The samples in
# tests/formats/old were written by the version before: KIND-VERSION.h5.gz.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

old=$FARFIELD_TOP/tests/formats/old
for file in "$old"/*.h5.gz; do
    gzip -dc "$file" > "$(basename "$file" .gz)"
done

# A dataset of two frames, all labels: to the last digit what was exported then.
farfield export -q dataset-1.h5 -o dataset-1.xyz
cmp dataset-1.xyz "$old/dataset-1.xyz" || fail "the dataset has changed"

# It is labelled again as a dataset of today, force constants and all.
farfield label -q --potential fs:W --observations EFV+FC dataset-1.h5 -o labelled.h5
farfield show labelled.h5 | grep -Eq '^ +bcc +2 +4 +2 +2 +2 +2 ' || fail "not labelled again"

# Features give the model that they gave then, to the rounding of another BLAS.
farfield fit features-1.h5 -o model.h5 2> fit.log
farfield show model-1.h5 | sed -n '/^Errors/,/^$/p' | grep . > before
farfield show model.h5 | sed -n '/^Errors/,/^$/p' | grep . > after
[ -s before ] || fail "the old model shows no errors"
diff before after || fail "the old features give another model"

# An old model is a potential, and its errors on the old dataset are those of the old evaluation.
farfield evaluate -q --potential ace:model-1.h5 dataset-1.h5 -o evaluation.h5
farfield show evaluation-1.h5 | sed -n '/^Errors/,/^$/p' | grep . > before
farfield show evaluation.h5 | sed -n '/^Errors/,/^$/p' | grep . > after
[ -s before ] || fail "the old evaluation shows no errors"
diff before after || fail "the old model has other errors"

# An old relaxation is compared with one of today as one with itself.
farfield relax-defect -q -p fs:W --from-reference relaxation-1.h5 -o relaxation.h5
farfield compare -q relaxation-1.h5 relaxation.h5 -o comparison.h5
farfield show comparison.h5 > comparison
grep -Eq '^ +energy error +(-?[0-9.]+e-1[0-9]|0) eV' comparison || { cat comparison; fail "not the same energy"; }

# All of them go into a report, and show tells of each.
farfield report -q model-1.h5 evaluation-1.h5 dataset-1.h5 relaxation-1.h5 -o report
for kind in dataset features model evaluation relaxation; do
    farfield show $kind-1.h5 | head -n 1 | grep -q ": $kind\$" || fail "show $kind-1.h5"
    farfield show --provenance $kind-1.h5 > history || fail "history of $kind-1.h5"
done
