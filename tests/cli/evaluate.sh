# Errors and elastic constants from the command line, in pipes and with wrong input.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

si="--crystal diamond --species Si --lattice-constant 5.43095"

# A potential has no errors on its own labels; another one has.
farfield generate $si --cells 1 --count 6 --rattle 0.05 --strain 0.01 -o frames.h5
farfield label --potential sw:Si frames.h5 -o labelled.h5
farfield evaluate --potential sw:Si --tag L=1 labelled.h5 -o own.h5 2> own.log
grep -Eq 'energy +6 +0 +0 +0 ' own.log || { cat own.log; fail "own labels have errors"; }
grep -Eq 'force +144 +0 +0 +0 ' own.log || fail "own forces have errors"
farfield evaluate --potential morse:1.0,1.5,2.35,4.0,Si labelled.h5 2> other.log > other.h5
grep -Eq 'energy +6 +[1-9]' other.log || fail "another potential has no errors"

# Published elastic constants, with the dataset and without.
farfield evaluate --potential sw:Si $si labelled.h5 2> both.log > both.h5
farfield evaluate --potential sw:Si --crystal diamond --lattice-constant 5.43095 2> elastic.log \
    > elastic.h5
for log in both.log elastic.log; do
    grep -Eq 'C11 +151\.42' $log && grep -Eq 'C44 +56\.44' $log && grep -Eq 'C44 unrelaxed +109\.75' $log ||
        { cat $log; fail "elastic constants of silicon"; }
done

# The same bytes from a pipe and a file, from one thread and from four.
for threads in 1 4; do
    farfield evaluate -@ $threads --potential sw:Si --tag L=1 -q labelled.h5 -o threads.h5
    cmp own.h5 threads.h5
    farfield evaluate -@ $threads --potential sw:Si --tag L=1 -q - < labelled.h5 > pipe.h5
    cmp own.h5 pipe.h5
done

# Nothing but errors with --quiet.
[ -z "$(farfield evaluate -q --potential sw:Si labelled.h5 2>&1 > quiet.h5)" ] || fail "--quiet speaks"

refuse 2 'nothing to evaluate' farfield evaluate --potential sw:Si
refuse 2 'hcp is not a cubic crystal' farfield evaluate --potential sw:Si --crystal hcp --lattice-constant 3
refuse 2 'no crystal .cubic.; there are sc, bcc, fcc, hcp, diamond' \
    farfield evaluate --potential sw:Si --crystal cubic --lattice-constant 5
refuse 2 'also needs --lattice-constant' farfield evaluate --potential sw:Si --crystal diamond
refuse 2 'no element' farfield evaluate --potential sw:Si --crystal diamond -a 5.4 --species Xx
refuse 2 'say which with --species' farfield evaluate --potential lj:0.01,3.4,8 --crystal fcc -a 5.3
refuse 2 'tag' farfield evaluate --potential sw:Si --tag L labelled.h5
refuse 3 'none of 6 frames has' farfield evaluate --potential sw:Si frames.h5
refuse 3 'frame 1, atom 1.*does not describe Si' farfield evaluate --potential fs:W labelled.h5
refuse 3 'own.h5.*evaluation' farfield evaluate --potential sw:Si own.h5
refuse 5 'missing.h5' farfield evaluate --potential sw:Si missing.h5
