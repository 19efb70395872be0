# Labels from the command line: which are written, in pipes, with any number of threads.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

command -v h5dump > /dev/null || { echo "h5dump is not installed"; exit 77; }

si="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate $si --cells 1 --count 20 --rattle 0.05 --strain 0.01 -o many.h5
farfield generate $si --cells 2 --count 2 --rattle 0.05 -o few.h5

# The same bytes for any number of threads, whether frames or atoms are shared out, and in pipes.
for set in many few; do
    farfield label --potential sw:Si $set.h5 -o $set.labelled.h5
    for threads in 1 2 4; do
        farfield label -@ $threads -q --potential sw:Si - < $set.h5 > threads.h5
        cmp $set.labelled.h5 threads.h5
    done
done

# Frame by frame or all at once, the labels are the same numbers: a frame of the many alone.
farfield generate $si --cells 1 --count 1 --rattle 0.05 --strain 0.01 | farfield label --potential sw:Si -o single.h5
[ "$(numbers single.h5 frames/energy)" = "$(numbers many.labelled.h5 frames/energy | head -n 1)" ] ||
    fail "a frame alone has another energy"

# A perfect crystal has the published cohesive energy, -4.3366 eV for each of 8 atoms, no force.
farfield generate $si | farfield label --potential sw:Si --site-energies -o perfect.h5
numbers perfect.h5 frames/energy | awk '{ exit !($1 < -34.6927 && $1 > -34.6929) }' || fail "not the cohesive energy"
numbers perfect.h5 atoms/site_energy |
    awk '{ sum += $1; n++ } END { exit !(n == 8 && sum < -34.6927 && sum > -34.6929) }' || fail "site energies do not add up"

# Only what is asked for is written, and nothing older stays.
farfield label --potential sw:Si --observations E many.labelled.h5 -o energies.h5
h5ls energies.h5/frames/energy > /dev/null
! h5ls energies.h5/atoms/force > /dev/null 2>&1 || fail "forces that nobody asked for"

# The isolated atom is the potential's own.
[ "$(numbers perfect.h5 isolated/energy)" = 0 ] || fail "the isolated atom has an energy"

# Inputs are concatenated in order.
farfield label --potential sw:Si few.h5 many.h5 -o both.h5
[ "$(numbers both.h5 frames/atoms | head -n 3 | tr '\n' ,)" = 64,64,8, ] || fail "not few and then many"

refuse 2 'potential' farfield label many.h5
refuse 2 'expected KIND:ARGUMENT' farfield label --potential nonsense many.h5
refuse 2 'EFV\|E, F, V' farfield label --potential sw:Si --observations EX many.h5
refuse 3 'frame 1, atom 1: .*does not describe Si' farfield label --potential fs:W many.h5
refuse 3 'perfect.h5' farfield label --potential ace:perfect.h5 many.h5
refuse 5 'missing' farfield label --potential eam:missing.setfl many.h5
refuse 5 'missing.h5' farfield label --potential sw:Si missing.h5
