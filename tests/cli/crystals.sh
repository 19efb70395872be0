#!/bin/sh
# Crystals from the command line, for generate and relax-defect alike: every name, cells from files,
# lattice parameters at equilibrium, orientation, supercells of any integer matrix.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
# count ATOMS GROUP ARGUMENT...: what is made has so many atoms and its space group is named.
count() {
    atoms=$1 group=$2; shift 2
    farfield generate "$@" -o made.h5 2> made.log
    farfield export made.h5 -o made.xyz
    [ "$(head -n 1 made.xyz)" = "$atoms" ] || fail "$(head -n 1 made.xyz) atoms, not $atoms: $*"
    grep -q "space group $group," made.log || { cat made.log; fail "no space group $group: $*"; }
}
# lattice_constant ARGUMENT...: what relax-defect or generate says it found.
constant() { sed -n 's/.*lattice constant  *\([0-9.]*\) A/\1/p'; }

count 8 'Pm-3m (221)' -c sc -s Po -a 3.35 --cells 2
count 16 'Im-3m (229)' -c bcc -s W -a 3.165 --cells 2
count 32 'Fm-3m (225)' -c fcc -s Cu -a 3.6 --cells 2
count 24 'P6_3/mmc (194)' -c hcp -s Mg -a 3.2,5.2 --cells 2x2x3
count 64 'Fd-3m (227)' -c diamond -s Si -a 5.43 --cells 2
count 64 'Fm-3m (225)' -c b1 -s Na,Cl -a 5.64 --cells 2
count 16 'Pm-3m (221)' -c CsCl -s Cs,Cl -a 4.12 --cells 2
count 64 'F-43m (216)' -c zincblende -s Ga,As -a 5.65 --cells 2
count 32 'Pm-3m (221)' -c Cu3Au -s Ni,Al -a 3.57 --cells 2
[ "$(grep -c '^Ni ' made.xyz)" = 24 ] || fail "Ni3Al without three nickel atoms for each of aluminium"
count 25 'P6/mmm (191)' -c triangular -s Ar -a 3.8 --cells 5
grep -q 'pbc="T T F"' made.xyz || fail "a plane is periodic along its normal: $(sed -n 2p made.xyz)"

# A cell from a file, extended XYZ or dataset: its own symmetry, the same atoms again.
cat > rutile.xyz <<'XYZ'
6
Lattice="4.594 0 0 0 4.594 0 0 0 2.959" Properties=species:S:1:pos:R:3
Ti 0 0 0
Ti 2.297 2.297 1.4795
O 1.40209 1.40209 0
O 3.19191 3.19191 0
O 0.89491 3.69909 1.4795
O 3.69909 0.89491 1.4795
XYZ
count 48 'P4_2/mnm (136)' --crystal-file rutile.xyz --cells 2
farfield ingest rutile.xyz -q -o rutile.h5
farfield generate --crystal-file rutile.h5 -q --cells 2 -o again.h5
farfield export again.h5 -o again.xyz
cmp again.xyz made.xyz || fail "a dataset and the file it came from give different crystals"
count 47 'P4_2/mnm (136)' --crystal-file rutile.xyz --cells 2 --defect vacancy-O
farfield generate --crystal-file rutile.xyz -q --cells "2 0 0 0 2 0 0 1 3" --defect substitutional-Nb-Ti -o doped.h5

# Equilibrium: published lattice constants, the same from a bad start and from a distorted file.
a=$(farfield generate -p sw:Si -c diamond -s Si -a relax -o si.h5 2>&1 | constant)
near "$a" 5.430950 1e-6 || fail "silicon: $a"
a=$(farfield generate -p sw:Si -c diamond -s Si -a relax:5.0 -o si.h5 2>&1 | constant)
near "$a" 5.430950 1e-6 || fail "silicon from 5 A: $a"
a=$(farfield generate -p fs:W -c bcc -s W -a relax -o w.h5 2>&1 | constant)
near "$a" 3.1652 1e-5 || fail "tungsten: $a"
farfield generate -c diamond -s Si -a 5.3 --cells 1 -q --rattle 0.05 --strain 0.02 -o bent.h5
farfield generate -p sw:Si --crystal-file bent.h5 -a relax -o straight.h5 2> straight.log
grep -q 'equilibrium  *-4.3366000[0-9] eV' straight.log || fail "$(cat straight.log)"
grep -q 'Fd-3m (227)' straight.log || fail "the relaxed cell is not diamond: $(cat straight.log)"
near "$(farfield export straight.h5 -o - | sed -n 's/.*Lattice="\([0-9.]*\) .*/\1/p')" 5.43095 0.1 ||
    fail "the relaxed cell is another"

# Published lattice constants of tables, where they are at hand.
shared=$FARFIELD_SHARED_DATA
if [ -e "$shared/W_Zhou04.eam.alloy" ] && [ -e "$shared/W_Olsson09.eam.alloy.gz" ]; then
    gunzip -c "$shared/W_Olsson09.eam.alloy.gz" > olsson.eam.alloy
    a=$(farfield generate -p "eam:$shared/W_Zhou04.eam.alloy" -c bcc -s W -a relax -o w.h5 2>&1 | constant)
    near "$a" 3.164850 3e-6 || fail "tungsten of Zhou: $a"
    a=$(farfield generate -p eam:olsson.eam.alloy -c bcc -s W -a relax -o w.h5 2>&1 | constant)
    near "$a" 3.160000 3e-6 || fail "tungsten of Olsson: $a"
fi

# Screw dislocations want [111] along z: six atoms, half of [111] high.
count 6 'Im-3m (229)' -c bcc -s W -a 2 --orient "1 1 -2, -1 1 0, 1 1 1"
sed -n 's/.*Lattice="\([^"]*\)".*/\1/p' made.xyz | awk '{
    if ($1 - sqrt(24) > 1e-9 || $5 - sqrt(8) > 1e-9 || $9 - sqrt(3) > 1e-9) exit 1
    if (sqrt(24) - $1 > 1e-9 || sqrt(8) - $5 > 1e-9 || sqrt(3) - $9 > 1e-9) exit 1
    if ($2 != 0 || $3 != 0 || $4 != 0 || $6 != 0 || $7 != 0 || $8 != 0) exit 1 }' ||
    fail "the oriented cell is another: $(sed -n 2p made.xyz)"

# The same vacancy in four kinds of supercell has the same energy: cubes; the same lattice of
# supercells made of primitive cells, also by rows that are added to one another; oriented.
energy() { sed -n 's/.*formation energy  *\([-0-9.]*\) eV/\1/p'; }
w="-p fs:W -c bcc -s W -a 3.1652 -d vacancy"
want=$(farfield relax-defect $w -n 4 -o cubes.h5 2>&1 | energy)
for cells in "0 4 4 4 0 4 4 4 0" "0,4,4, 4,4,8, 4,4,0"; do
    e=$(farfield relax-defect $w --orient "-1 1 1, 1 -1 1, 1 1 -1" -n "$cells" -o other.h5 2>&1 | energy)
    near "$e" "$want" 1.1e-8 || fail "$e eV with $cells, $want in cubes"
done
e=$(farfield relax-defect $w --orient "0 1 0, 0 0 1, 1 0 0" -n "4 0 0 4 4 0 0 0 4" -o other.h5 2>&1 | energy)
near "$e" "$want" 1.1e-8 || fail "$e eV in sheared cubes, $want in cubes"
farfield show other.h5 > shown
grep -q '127, of which 0' shown || fail "$(cat shown)"
# Files do not depend on threads.
farfield relax-defect -@ 1 -q $w --orient "0 1 0, 0 0 1, 1 0 0" -n "4 0 0 4 4 0 0 0 4" -o one.h5
cmp other.h5 one.h5
# A model is relaxed on the same sites, and compared.
farfield relax-defect -q -p morse:1,1.5,2.8,5.5 --from-reference other.h5 -o model.h5
farfield compare other.h5 model.h5 -q -o compared.h5

refuse 2 'unknown crystal' farfield generate -c quartz -s Si -a 5
refuse 2 'l1_2 takes 2' farfield generate -c l1_2 -s Ni -a 3.57
refuse 2 'bcc takes 1' farfield generate -c bcc -s W,Ta -a 3.2
refuse 2 'not a chemical symbol' farfield generate -c b2 -s Ni,Xx -a 3.57
refuse 2 'expected A, or A,C' farfield generate -c hcp -s Mg -a 3.2x5
refuse 3 'one lattice constant' farfield generate -c bcc -s W -a 3.2,5
refuse 2 'must be positive' farfield generate -c hcp -s Mg -a 3.2,-5
refuse 2 'takes a --potential' farfield generate -c bcc -s W -a relax
refuse 2 'left-handed' farfield generate -c bcc -s W -a 3.2 --orient "0 1 0, 1 0 0, 0 0 1"
refuse 2 'three directions of three' farfield generate -c bcc -s W -a 3.2 --orient "1 0 0, 0 1 0"
refuse 2 'negative determinant' farfield generate -c bcc -s W -a 3.2 --cells "0 1 0 1 0 0 0 0 1"
refuse 2 'in one plane' farfield generate -c bcc -s W -a 3.2 --cells "1 1 0 1 1 0 0 0 1"
refuse 2 'nine integers' farfield generate -c bcc -s W -a 3.2 --cells "1 1 0 1 1 0 0 0"
refuse 2 'contradicts --crystal-file' farfield generate --crystal-file rutile.xyz -s Ti
refuse 2 'contradicts --crystal-file' farfield generate --crystal-file rutile.xyz -a 3
refuse 3 'holds several' farfield generate --crystal-file "$FARFIELD_TOP/sample-data/$(ls "$FARFIELD_TOP/sample-data" | grep xyz | head -n 1)"
refuse 5 'missing.xyz' farfield generate --crystal-file missing.xyz
refuse 4 'where to start' farfield generate -c bcc -s W -a relax -p morse:1,1,20,25
