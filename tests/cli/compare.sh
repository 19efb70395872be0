#!/bin/sh
# farfield compare: a model against its reference, the prediction, the yardstick, refusals.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
silicon="--crystal diamond --species Si --lattice-constant 5.43095 --defect interstitial-tetrahedral"
farfield relax-defect -q -p sw:Si $silicon -n 2 -o small.h5
farfield relax-defect -q -p sw:Si $silicon -n 3 -o reference.h5
farfield relax-defect -q -p sw:Si --from-reference reference.h5 -t 1e-3 -o rough.h5
farfield relax-defect -q -p sw:Si --from-reference reference.h5 -m 2 -u -o early.h5 2> err

# A copper-like Morse crystal and a model whose bonds are 1 % longer: the theory predicts the error.
copper="--crystal fcc --species Cu --lattice-constant 3.61 --defect vacancy"
farfield relax-defect -q -p morse:0.343,1.36,2.87,6,Cu $copper -n 3 -o copper.h5
farfield relax-defect -q -p morse:0.343,1.36,2.90,6,Cu --from-reference copper.h5 -o model.h5
expect 0 'predicted / found  *\(0[.][89]\|1[.][01]\)' farfield compare copper.h5 model.h5 -o c.h5 \
    -R 5 -p morse:0.343,1.36,2.90,6,Cu --tag L=3 --tag observations=EF
grep -q 'from beyond it' err || fail "no split: $(cat err)"

expect 0 'geometry error  *0.000000e+00 A' farfield compare reference.h5 reference.h5 -o same.h5
expect 0 'did not both converge' farfield compare reference.h5 early.h5 -o early-c.h5
expect 0 'geometry error  *[12]\.[0-9]*e-01 A' farfield compare --yardstick reference.h5 small.h5 -o y.h5
farfield compare -q - rough.h5 -R 6 -p sw:Si < reference.h5 > piped.h5
[ -s piped.h5 ] || fail "nothing through the pipe"

# A 110 dumbbell of tungsten left on its saddle, and one that has fallen to 111: two configurations.
dumbbell="--crystal bcc --species W --lattice-constant 3.1652 --defect dumbbell-110 -n 4"
farfield relax-defect -q -p fs:W $dumbbell -o saddle.h5
farfield relax-defect -q -p fs:W --from-reference saddle.h5 --break-symmetry 0.2 -o fallen.h5
expect 0 'another configuration than the reference' farfield compare saddle.h5 fallen.h5 --tag L=4 -o differ.h5
grep -q 'dumbbell has turned\|other site' err || fail "what has changed is not said: $(cat err)"
grep -q 'geometry error' err && fail "an error between configurations: $(cat err)"
farfield show differ.h5 > out
grep -q 'configurations  *differ: ' out || fail "show does not say it: $(cat out)"
grep -q 'geometry error' out && fail "show has an error: $(cat out)"
farfield report -q differ.h5 -o configurations
grep -q '1 of 1 relaxed to another configuration' configurations/index.html || fail "the report does not say it"

expect 3 'small.h5: supercells of 3 x 3 x 3' farfield compare reference.h5 small.h5 -o wrong.h5
expect 3 'expected the second to be the larger' farfield compare -y small.h5 reference.h5 -o wrong.h5
expect 2 'needs --potential' farfield compare reference.h5 rough.h5 -R 6 -o wrong.h5
expect 2 'cannot be combined' farfield compare -y reference.h5 small.h5 -p sw:Si -o wrong.h5
expect 2 '' farfield compare reference.h5 rough.h5 --tag L -o wrong.h5
expect 2 '' farfield compare reference.h5 -o wrong.h5
expect 3 'does not describe Si' farfield compare reference.h5 rough.h5 -p fs:W -o wrong.h5
expect 5 'missing.h5' farfield compare missing.h5 rough.h5 -o wrong.h5
[ ! -e wrong.h5 ] || fail "a failure left an output"
