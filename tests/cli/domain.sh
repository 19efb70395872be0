# Atoms closer to each other than a model was made for, and species it does not know: every stage
# that evaluates the model says so by name, or refuses.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

# A model of silicon made for distances of 2 A and more.
si="--crystal diamond --species Si"
farfield generate $si --lattice-constant 5.43 --count 4 --rattle 0.02 --strain 0.01 -o wide.h5
farfield label --potential sw:Si wide.h5 -o train.h5
farfield featurize --order 2 --degree 6,5 --nearest 2.35 --inner 2 -q train.h5 | farfield fit -q -o model.h5

# At 4.5 A neighbours are 1.949 A apart: 16 bonds in each cell of 8 atoms.
farfield generate $si --lattice-constant 4.5 --count 2 --strain 0.001 -o narrow.h5
farfield label --potential sw:Si wide.h5 narrow.h5 -o mixed.h5
pair='Si (atom [1-8]) and Si (atom [1-8]) are 1.94[0-9]* A apart, below the 2 A that the potential was made for'

farfield label --potential ace:model.h5 train.h5 -o fine.h5 2> log
! grep -q 'apart' log || { cat log; fail "a warning without a cause"; }
expect 0 "warning: frame [56]: $pair (32 such pairs in 2 of 6 frames)" \
    farfield label --potential ace:model.h5 mixed.h5 -o labelled.h5
farfield show labelled.h5 --provenance --json | grep -q "frame [56]: $pair" || fail "not in the provenance"
for threads in 1 4; do
    farfield label -q -@ $threads --potential ace:model.h5 mixed.h5 -o threads.h5
    cmp labelled.h5 threads.h5 || fail "bytes depend on the threads"
done
expect 3 "frame [56]: $pair (32 such pairs in 2 of 6 frames), and --strict forbids that" \
    farfield label --strict --potential ace:model.h5 mixed.h5 -o refused.h5
farfield label --strict -q --potential ace:model.h5 train.h5 -o strict.h5

expect 0 "warning: frame [56]: $pair (32 such pairs in 2 of 6 frames)" \
    farfield evaluate --potential ace:model.h5 mixed.h5 -o errors.h5
expect 3 "mixed.h5: frame [56]: $pair" \
    farfield evaluate --strict --potential ace:model.h5 mixed.h5 -o refused.h5
expect 0 "the diamond crystal's neighbours are 1.949 A apart, below the 2 A that the potential was" \
    farfield evaluate --potential ace:model.h5 --crystal diamond -a 4.5 -o crystal.h5
expect 3 "the diamond crystal's neighbours are 1.949 A apart" \
    farfield evaluate --strict --potential ace:model.h5 --crystal diamond -a 4.5 -o refused.h5

# A relaxation that starts or ends there, and a prediction made from there.
farfield relax-defect -q -p sw:Si $si -a 4.5 -n 2 -d vacancy -o reference.h5
expect 0 "warning: the start: $pair" \
    farfield relax-defect -p ace:model.h5 --from-reference reference.h5 -t 1e-3 -u -o relaxed.h5
grep -q 'warning: the relaxed structure: Si (atom [0-9]*) and Si (atom [0-9]*) are' err || fail "not said of the end"
expect 0 "warning: the reference's structure: Si (atom [0-9]*) and Si" \
    farfield compare reference.h5 relaxed.h5 --potential ace:model.h5 -o comparison.h5

# The design matrix has no rows for such a frame, and no model an energy for an unknown species.
expect 3 'frame 5, atom 1: Si is 1.94[0-9]* A from Si of atom [0-9], below the inner radius of the basis, 2 A' \
    farfield featurize --order 2 --degree 6,5 --nearest 2.35 --inner 2 mixed.h5 -o refused.h5
farfield generate -c diamond -s Ge -a 5.66 -o germanium.h5
for stage in label evaluate; do
    farfield label -q --potential lj:0.1,2,4 germanium.h5 -o other.h5
    expect 3 "frame 1, atom 1: .*the potential 'ace' does not describe Ge" \
        farfield $stage --potential ace:model.h5 other.h5 -o refused.h5
done
[ ! -e refused.h5 ] || fail "a refusal left an output"
