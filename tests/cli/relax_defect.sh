#!/bin/sh
# farfield relax-defect: published energies, the same bytes with any number of threads, references
# and starts, failures with their exit codes and no output.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
silicon="--crystal diamond --species Si --lattice-constant 5.43095"

farfield relax-defect -p sw:Si $silicon -n 3 -d interstitial-tetrahedral -o tetra.h5 2> err
grep -q 'formation energy  *5.00103[0-9]* eV' err || fail "formation energy: $(cat err)"
grep -q '4.9275[0-9]* eV, -7.35e-02 by the images taken out' err || fail "images: $(cat err)"
farfield relax-defect -p sw:Si $silicon -n 3 -d interstitial-tetrahedral -@ 1 -q > piped.h5
cmp tetra.h5 piped.h5 || fail "bytes depend on threads or on the pipe"

# A vacancy has no forces before its symmetry is broken.
expect 0 'nothing to relax' farfield relax-defect -p sw:Si $silicon -n 2 -d vacancy -o flat.h5
expect 0 'formation energy  *2.83532' \
    farfield relax-defect -p sw:Si $silicon -n 2 -d vacancy --break-symmetry 0.4 -o vacancy.h5

# A saddle is named as such, and left on request.
expect 0 'the relaxed structure is a saddle' farfield relax-defect -p sw:Si $silicon -n 2 \
    -d interstitial-hexagonal -o saddle.h5
expect 0 'saddles left  *[1-9]' farfield relax-defect -p sw:Si $silicon -n 2 \
    -d interstitial-hexagonal --leave-saddle -o left.h5
grep -q 'softest mode  *0\.[0-9]* of the perfect crystal.s$' err || fail "not a minimum: $(cat err)"
if farfield relax-defect -p sw:Si $silicon -n 2 -d interstitial-hexagonal --no-stability -o left.h5 2>&1 |
    grep -e saddle -e softest; then fail "--no-stability looks for a saddle"; fi
expect 2 'needs a preconditioner and the check' farfield relax-defect -p sw:Si $silicon -n 2 \
    -d vacancy --leave-saddle --no-stability -o wrong.h5

# Another potential on the same sites; a start at the end needs one evaluation.
expect 0 'defect  *vacancy in diamond, 63 atoms' \
    farfield relax-defect -p morse:1,1.5,2.4,3.0,Si --from-reference vacancy.h5 -t 1e-3 -u -o model.h5
expect 0 'force evaluations  *1$' \
    farfield relax-defect -p sw:Si --from-reference tetra.h5 --start tetra.h5 -o again.h5
expect 3 'cannot be compared' \
    farfield relax-defect -p sw:Si --from-reference tetra.h5 --start vacancy.h5 -o wrong.h5

# Not converged: exit code 4 and nothing left, or marked as such on request.
expect 4 'limit of evaluations' \
    farfield relax-defect -p sw:Si $silicon -n 2 -d interstitial-tetrahedral -m 4 -o wrong.h5
expect 0 'limit of evaluations' \
    farfield relax-defect -p sw:Si $silicon -n 2 -d interstitial-tetrahedral -m 4 -u -o early.h5
# Bonds that want to be 0.5 A long: the crystal collapses, which takes longer than it is given.
expect 4 'not converged' \
    farfield relax-defect -p morse:5,1,0.5,5,Si $silicon -n 2 -d vacancy -b 0.1 -m 20 -o wrong.h5

expect 2 'contradicts --from-reference' \
    farfield relax-defect -p sw:Si --from-reference tetra.h5 -n 2 -o wrong.h5
expect 2 '--crystal or --from-reference is required' farfield relax-defect -p sw:Si -o wrong.h5
expect 2 "unknown crystal 'quartz'" farfield relax-defect -p sw:Si -c quartz -s Si -a 5 -n 2 -d vacancy -o wrong.h5
expect 2 "unknown defect 'hole'" farfield relax-defect -p sw:Si $silicon -n 2 -d hole -o wrong.h5
expect 2 'not a chemical symbol' farfield relax-defect -p sw:Si -c bcc -s Xx -a 5 -n 2 -d vacancy -o wrong.h5
expect 2 'tolerance' farfield relax-defect -p sw:Si $silicon -n 2 -d vacancy -t 0 -o wrong.h5
expect 2 'green, force-constants or none' farfield relax-defect -p sw:Si $silicon -n 2 -d vacancy --preconditioner red -o wrong.h5
expect 3 'does not describe Si' farfield relax-defect -p fs:W $silicon -n 2 -d vacancy -o wrong.h5
[ ! -e wrong.h5 ] || fail "a failure left an output"
[ "$(find . -type f -name '*.h5*' | wc -l)" = 9 ] || fail "something was left behind: $(ls -a)"
