# ingest | featurize | fit | evaluate on the sample data: pipes against files, threads, stages that
# fail or are cut off, and the published test set of Zuo et al. when it is there.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# value LOG KIND COLUMN: of the rows over all groups; columns: values RMSE MAE max
value() { awk -v kind="$2" -v column="$3" '$1 == "all" { all = 1 } all && ($1 == kind || $2 == kind) { print $((($1 == kind) ? 1 : 2) + column); exit }' "$1"; }

keys="--energy energy --forces forces --virial virial"
train=$FARFIELD_TOP/sample-data/si-train.xyz.gz
farfield ingest -q "$train" $keys -o train.h5
farfield ingest -q "$FARFIELD_TOP/sample-data/si-test.xyz" $keys -o test.h5
farfield featurize -q train.h5 -o features.h5
farfield fit features.h5 -o model.h5 2> fit.log
farfield evaluate --potential ace:model.h5 test.h5 -o evaluation.h5 2> test.log

# One file after another or all in one pipe, on one thread or four: the same bytes.
for threads in 1 4; do
    farfield ingest -q -@ $threads "$train" $keys |
        farfield featurize -q -@ $threads |
        farfield fit -q -@ $threads > pipe.h5
    cmp model.h5 pipe.h5
    farfield evaluate -q -@ $threads --potential ace:pipe.h5 - < test.h5 > pipe-evaluation.h5
    cmp evaluation.h5 pipe-evaluation.h5
done

# The labels spread by 183 meV/atom and 1.69 eV/A; a fit that has understood them leaves a
# twentieth of that, on its own data and on new ones of the same kind.
for log in fit.log test.log; do
    below "$(value $log energy 2)" 9.1 "$log: energies"
    below "$(value $log force 2)" 0.084 "$log: forces"
done

# One virial more in the weights makes virials better and something else worse.
farfield fit --weights V=30 features.h5 -o virials.h5 2> virials.log
below "$(value virials.log virial 2)" "$(value fit.log virial 2)" "a larger weight on virials"

# A stage in the pipe fails or is cut off: those after it fail as well and leave no output.
if zcat "$train" | sed '5s/energy=[^ ]*/energy=nan/' | farfield ingest -q - $keys 2> nan.log |
    farfield featurize -q 2>> nan.log | farfield fit -q -o none.h5 2>> nan.log; then
    fail "NaN went through"
fi
grep -q '^farfield-ingest: .*expected a finite number' nan.log || { cat nan.log; fail "NaN is not named"; }
if head -c 9000 train.h5 | farfield featurize -q 2> cut.log | farfield fit -q -o none.h5 2>> cut.log; then
    fail "half a dataset went through"
fi
grep -q '^farfield-featurize: standard input' cut.log || { cat cut.log; fail "a cut pipe"; }
grep -q '^farfield-fit: standard input' cut.log || { cat cut.log; fail "an empty pipe"; }
[ ! -e none.h5 ] || fail "output left behind"

# A model is for the species of its basis only.
farfield generate --crystal bcc --species W --lattice-constant 3.17 --cells 2 | farfield label --potential fs:W - -o w.h5
status=0
farfield evaluate --potential ace:model.h5 w.h5 > none.h5 2> species.log || status=$?
[ $status = 3 ] && grep -q 'w.h5.*does not describe W' species.log || { cat species.log; fail "another species"; }

# Y. Zuo et al., J. Phys. Chem. A 124, 731 (2020), silicon: their test MAE by GAP is 2.9 meV/atom and
# 0.07 eV/A, with more parameters than the 102 functions here.
data=$FARFIELD_SHARED_DATA
if [ -e "$data/Zuo_Si_train.xyz.gz" ]; then
    for set in train test; do
        farfield ingest -q "$data/Zuo_Si_$set.xyz.gz" --energy energy --forces force -o zuo-$set.h5
    done
    farfield featurize -q --cutoff 5 zuo-train.h5 | farfield fit -q -o zuo.h5
    farfield evaluate --potential ace:zuo.h5 zuo-test.h5 2> zuo.log > zuo-evaluation.h5
    below "$(value zuo.log energy 3)" 6 "silicon of Zuo et al., energies"
    below "$(value zuo.log force 3)" 0.115 "silicon of Zuo et al., forces"
fi
