#!/bin/sh
# Every point defect relaxes in its crystals; energies that must agree do; defects from files.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
# relax ATOMS DEFECT ARGUMENT...: converges with that many atoms; $energy is the formation energy.
relax() {
    atoms=$1 defect=$2; shift 2
    farfield relax-defect -d "$defect" "$@" -o relaxed.h5 2> relaxed.log ||
        { cat relaxed.log; fail "$defect: $*"; }
    grep -q ", $atoms atoms" relaxed.log || { cat relaxed.log; fail "not $atoms atoms: $defect"; }
    energy=$(sed -n 's/.*formation energy  *\([-0-9.]*\) eV/\1/p' relaxed.log)
    near "$energy" "$least" 1000 || fail "no energy of $defect: $energy"
    awk -v e="$energy" -v l="$least" 'BEGIN { exit !(e > l) }' || fail "$defect: $energy eV"
}

# Tungsten: vacancies attract one another, the 111 dumbbell is lower than all others but those that
# fall to it.
w="-p fs:W -c bcc -s W -a 3.1652 -n 3"
least=0
relax 53 vacancy $w; one=$energy
relax 52 divacancy-1nn $w
awk -v e="$energy" -v o="$one" 'BEGIN { exit !(e < 2 * o) }' || fail "1nn vacancies do not bind"
relax 52 divacancy-2nn $w
relax 52 divacancy-3nn $w
relax 50 vacancy-cluster-4 $w
for defect in interstitial-tetrahedral interstitial-octahedral dumbbell-100 dumbbell-110 \
    dumbbell-111 crowdion; do relax 55 $defect $w; done

# Silicon.
si="-p sw:Si -c diamond -s Si -a 5.43095 -n 2"
relax 62 divacancy-1nn $si -b 0.3
relax 65 interstitial-tetrahedral $si
near "$energy" 5.18889 1e-5 || fail "tetrahedral interstitial: $energy eV"
relax 65 interstitial-hexagonal $si -t 1e-6
relax 65 interstitial-bond $si -b 0.05
relax 65 dumbbell-110 $si -b 0.05; pair=$energy
relax 65 split-110 $si -b 0.05
[ "$pair" = "$energy" ] || fail "two names of one dumbbell: $pair and $energy eV"

# Argon, close-packed in two ways, in a plane, and in compounds of atoms that are all alike, which
# have the energies of the element. The potential's force ends abruptly, hence the tolerance.
lj="-p lj:0.0104,3.4,7 -t 1e-4"
ar="$lj -c fcc -s Ar -a 5.2695 -n 3"
relax 107 vacancy $ar; vacancy=$energy
for defect in interstitial-octahedral interstitial-tetrahedral crowdion dumbbell-100 dumbbell-110 \
    dumbbell-111; do relax 109 $defect $ar; done
relax 107 vacancy-Ar $lj -c l1_2 -s Ar,Ar -a 5.2695 -n 3
near "$energy" "$vacancy" 1e-6 || fail "vacancies of fcc and l1_2: $vacancy and $energy eV"
soft="-p morse:0.1,1.6,3.7,9 -s Ar -a relax:3.6 -t 1e-6"
hcp="$soft -c hcp -n 4x4x3"
relax 95 vacancy $hcp
for defect in interstitial-octahedral interstitial-basal-octahedral dumbbell-0001 dumbbell-1120 \
    interstitial-tetrahedral interstitial-basal-tetrahedral crowdion; do
    relax 97 $defect $hcp
done

# A plane, whose atoms stay in it.
plane="$soft -c triangular -n 8"
relax 63 vacancy $plane -b 0.1
for defect in crowdion dumbbell-10 interstitial-hollow; do relax 65 $defect $plane; done
farfield export relaxed.h5 -q -o - | awk 'NR > 2 && $4 != 0 { exit 1 }' || fail "atoms have left their plane"

# Two species that are all alike: antisites cost nothing. An impurity counts with its whole energy,
# there being no crystal of it to compare with.
b2="-p morse:0.4,1.5,2.7,6 -c b2 -s Ni,Al -a 3.0 -n 3 -t 1e-4"
least=-1e-3
for defect in antisite-Ni-Al antisite-Al-Ni; do
    relax 54 $defect $b2
    near "$energy" 0 1e-6 || fail "an atom like all others in place of another costs $energy eV"
done
least=-100
relax 54 substitutional-Cr-Al $b2
bulk=$(farfield show relaxed.h5 | sed -n 's/.*bulk energy per atom.*Al \([-0-9.]*\).*/\1/p')
near "$energy" "$bulk" 1e-6 || fail "an impurity like all others has $energy eV, not $bulk eV"
least=0
for defect in vacancy-Ni vacancy-Al; do relax 53 $defect $b2; done
for defect in dumbbell-100-Al dumbbell-110-Ni interstitial-octahedral-Ni \
    interstitial-tetrahedral-Al; do relax 55 $defect $b2; done
refuse 2 'vacancy-Ni?' farfield relax-defect $b2 -d vacancy
refuse 2 'no Cr in the crystal' farfield relax-defect $b2 -d vacancy-Cr
refuse 2 'unknown defect' farfield relax-defect $b2 -d dumbbell-110-
refuse 3 'too small' farfield relax-defect $w -n 1 -d divacancy-2nn

# A defect from a file: an unrelaxed dumbbell, atoms in any order; the same energy in the end.
farfield generate -q -c bcc -s W -a 3.1652 --cells 3 -d dumbbell-111 -o dumbbell.h5
farfield export dumbbell.h5 -q -o dumbbell.xyz
{ sed -n 1,2p dumbbell.xyz; sed 1,2d dumbbell.xyz | sort; } > shuffled.xyz
relax 55 dumbbell-111 $w; want=$energy
farfield relax-defect $w --defect-file shuffled.xyz -o shuffled.h5 2> shuffled.log
grep -q 'shuffled  *1 vacant sites, 0 of another species, 2 extra' shuffled.log || fail "$(cat shuffled.log)"
got=$(sed -n 's/.*formation energy  *\([-0-9.]*\) eV/\1/p' shuffled.log)
near "$got" "$want" 1e-7 || fail "the dumbbell from a file has $got eV, made by name $want"
farfield show shuffled.h5 | grep -q 'defect  *shuffled' || fail "the defect's name is not the file's"
# Relaxed structures are a start as well: nothing is left to do.
farfield export relaxed.h5 -q -o end.xyz
farfield relax-defect $w --defect-file end.xyz -t 1e-6 -o end.h5 2> end.log
grep -q 'force evaluations  *[12]$' end.log || fail "a relaxed structure is relaxed again: $(cat end.log)"
# A dataset will do, and generate takes it as well.
farfield generate -q -c bcc -s W -a 3.1652 --cells 3 --defect-file dumbbell.h5 -o copy.h5
farfield export copy.h5 -q -o copy.xyz
sed 1,2d dumbbell.xyz > a; sed 1,2d copy.xyz > b; cmp a b || fail "a defect from a file is displaced"

refuse 2 'contradicts --defect-file' farfield relax-defect $w -d vacancy --defect-file dumbbell.xyz
refuse 3 'no period of the supercell' farfield relax-defect -p fs:W -c bcc -s W -a 3.2 -n 3 --defect-file dumbbell.xyz
refuse 3 'times as large' farfield relax-defect $w -n 1 --defect-file dumbbell.xyz
farfield generate -q -c bcc -s W -a 3.1652 --cells 3 -o perfect.h5
refuse 3 'no defect' farfield relax-defect $w --defect-file perfect.h5
refuse 2 'at most half' farfield relax-defect $w --defect-file dumbbell.xyz --site-tolerance 3
refuse 2 'positive' farfield relax-defect $w --defect-file dumbbell.xyz --site-tolerance 0
refuse 2 'or --defect-file' farfield relax-defect -p fs:W -c bcc -s W -a 3.2 -n 3
