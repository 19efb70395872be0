#!/bin/sh
# What a basis amounts to, from options alone and with an input: tables, list and JSON agree with one
# another, with --help, and with what featurize then writes.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
# misuse CODE PATTERN COMMAND...: as expect, and nothing is printed.
misuse() {
    expect "$@"
    [ ! -s out ] || fail "$*: printed $(cat out)"
}

# Orders, tuples and functions of the basis that the theory page counts: 102.
farfield basis --species Si --nearest 2.35 > basis
grep -q '^  1 (pair basis)  *12  *12  *0  *12  *12$' basis || fail "order 1: $(cat basis)"
grep -q '^  2  *10  *9  *4  *55  *55$' basis || fail "order 2: $(cat basis)"
grep -q '^  3  *8  *6  *2  *35  *35$' basis || fail "order 3: $(cat basis)"
grep -q '^  all  *-  *-  *-  *102  *102$' basis || fail "all: $(cat basis)"
grep -q '^  Si-Si  *2.35  *given  *1.5275  *4.7$' basis || fail "pairs: $(cat basis)"
farfield basis --species Si --nearest 2.35 -o written
cmp basis written || fail "-o writes something else"

# Two species: tuples with several couplings, centres with different pair functions, an own range.
farfield basis --species Ti,Al --nearest 2.8,Ti-Ti=2.93 --cutoff 5,Al-Ti=6 --order 4 --degree 8 \
    --radial power:2/chebyshev --pair-radial exponential:5 --list > list
grep -q '^  Al-Ti  *2.8  *given  *1.82  *6$' list || fail "pair range: $(cat list)"
grep -q '^  radial functions  *power:2/chebyshev$' list || fail "radial form: $(cat list)"
grep -q '^  of the pair basis  *exponential:5$' list || fail "pair radial form: $(cat list)"
functions=$(sed -n 's/^  all .* \([0-9]*\)$/\1/p' list)
sed '1,/^Functions$/d' list | tail -n +2 > functions
[ "$(wc -l < functions)" = "$functions" ] || fail "the list has $(wc -l < functions) of $functions"
[ "$(sort -u functions | wc -l)" = "$functions" ] || fail "a function is listed twice"
[ "$(awk '$5 == 2' functions | wc -l)" -gt 0 ] || fail "no tuple has two couplings"
tuples=$(awk '$5 == 1' functions | wc -l)
grep -q "^  all  *-  *-  *-  *$tuples  *$functions\$" list || fail "tuples: $tuples, $(grep ' all ' list)"
grep -q '^ *0  Al  *1  *1  *1  Al 1,0$' functions || fail "first function: $(head -n 1 functions)"
farfield basis --species Ti,Al --nearest 2.8 --order 2 --degree 6 --pair-degree 0 > basis
grep -q '^  1  *6  *6  *0  *18  *18$' basis || fail "order 1 without a pair basis: $(cat basis)"
farfield basis --species Si --nearest 2.35 --max-n 4 --max-l 2,1 > basis
grep -q '^  2  *10  *4  *2 ' basis && grep -q '^  3  *8  *4  *1 ' basis || fail "limits: $(cat basis)"

# The sizes that --help states, for every preset and number of species.
farfield basis --help | sed -n 's/^ *\(small\|medium\|large\)  *\([0-9]\)/\1 \2/p' > sizes
[ "$(wc -l < sizes)" = 3 ] || fail "no sizes in --help"
while read -r preset stated; do
    list=
    for symbol in Al Ti V Cr Nb Mo Ta W; do
        list=${list:+$list,}$symbol
        found=$(farfield basis --species $list --nearest 2.8 --preset "$preset" |
            sed -n 's/^  all .* \([0-9]*\)$/\1/p')
        [ "$found" = "${stated%% *}" ] || fail "$preset for $list: $found, --help says $stated"
        stated=$(echo "${stated#* }" | sed 's/^ *//')
    done
done < sizes

# With an input: its species, distances, rows, and the memory of the matrix.
farfield generate -q --crystal diamond --species Si --lattice-constant 5.43095 --cells 2x1x1 \
    --count 3 --rattle 0.05 -o bare.h5
farfield label -q -p sw:Si bare.h5 -o labelled.h5
farfield basis -q labelled.h5 --preset medium > basis
farfield basis -q --preset medium - < labelled.h5 | cmp - basis || fail "standard input"
grep -q '^  Si-Si  *2.2[0-9]*  *input, median  *2.[0-9]* ' basis || fail "distances: $(cat basis)"
for line in 'energies  *3  *3' 'forces  *3  *144' 'virials  *3  *18' 'all  *3  *165'; do
    grep -q "^  $line\$" basis || fail "rows: $(cat basis)"
done
farfield featurize -q labelled.h5 --preset medium -o features.h5
[ "$(h5ls features.h5/rows/matrix | sed 's/.*{\(.*\)}/\1/')" = "165/Inf, 286" ] || fail "featurize differs"
grep -q '^  design matrix, on disk before compression  *0.37752$' basis || fail "memory: $(cat basis)"
farfield basis -q bare.h5 | grep -q '^  all  *3  *0$' || fail "frames without labels"
# What the input does not tell: a species, and pairs.
farfield basis labelled.h5 --species Si,W --nearest W-W=2.74 > basis 2> notes
grep -q '^  Si-W  *2.5[0-9]*  *halves of like pairs ' basis || fail "halves: $(cat basis)"
grep -q 'Si-W .* (half the sum of the like pairs' notes || fail "notes: $(cat notes)"

if command -v python3 > /dev/null; then
    farfield basis -q labelled.h5 --preset medium --json --list -o basis.json
    python3 - << 'PYTHON' || fail "JSON"
import json
basis = json.load(open("basis.json"))
assert basis["species"] == "Si" and basis["radial"] == "agnesi:2,2" and basis["atoms"] == 48
assert basis["orders"][-1]["functions"] == len(basis["functions"]) == 286
assert sum(centre["functions"] for centre in basis["centres"]) == 286
assert {row["kind"]: row["rows"] for row in basis["rows"]}["forces"] == 144
assert basis["pairs"][0]["cutoff"] == 2 * basis["pairs"][0]["nearest"]
assert all(item["count"] > 0 for item in basis["cost"])
assert basis["functions"][285]["order"] == 3
PYTHON
fi

misuse 2 'which species' farfield basis
misuse 2 'which species' farfield basis --nearest 2.35
misuse 2 'neighbours W and W.*--nearest' farfield basis --species W
misuse 2 'neighbours Si and W.*--nearest\|neighbours W and W.*--nearest' farfield basis labelled.h5 --species Si,W
misuse 2 'small, medium or large' farfield basis --species W --nearest 2.74 --preset big
misuse 2 'agnesi\[:P,Q\]' farfield basis --species W --nearest 2.74 --radial legendre
misuse 2 "'W-Si=5'" farfield basis --species W --nearest 2.74 --cutoff W-Si=5
misuse 3 'no function' farfield basis --species W --nearest 2.74 --order 3 --degree 0
misuse 3 'is empty' farfield basis - < /dev/null
