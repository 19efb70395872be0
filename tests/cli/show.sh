# farfield show: every kind has a page, pipes work, provenance is lines or JSON, and what is wrong
# is said.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

shows() # FILE WORDS
{
    farfield show "$1" > shown || fail "cannot show $1"
    says "$2" shown
}

make="--crystal diamond --species Si --lattice-constant 5.43095"
farfield generate -q $make --cells 1 --count 6 --rattle 0.05 --group 'a b' -o g.h5
farfield label -q -p sw:Si g.h5 -o d.h5
farfield featurize -q d.h5 --order 2 --degree 5,4 -o f.h5
farfield fit -q f.h5 -o m.h5
farfield evaluate -q -p ace:m.h5 d.h5 --tag L=1 --crystal diamond -a 5.43095 -o e.h5
farfield relax-defect -q -p sw:Si $make --cells 2 -d interstitial-tetrahedral -o r.h5
farfield relax-defect -q -p sw:Si $make --cells 1 -d interstitial-tetrahedral -o s.h5
farfield compare -q --yardstick r.h5 s.h5 --tag series=cell -o c.h5

shows d.h5 "Si, 48 atoms"
shows d.h5 "a b"
shows f.h5 "cutoff"
shows m.h5 "order 2"
shows m.h5 "meV/atom"
shows e.h5 "C44 unrelaxed"
shows r.h5 "5.1888"
shows c.h5 "series=cell"

farfield show d.h5 | sed 1d > file
farfield show < d.h5 | sed 1d > input
cmp file input || fail "standard input shows something else"
test "$(farfield show d.h5 r.h5 | grep -c 'SHA-256')" = 2 || fail "two files are not both shown"

# six steps, newest first, each once
farfield show --provenance e.h5 > steps
test "$(cut -d' ' -f3 steps | tr '\n' ' ')" = "evaluate fit featurize label generate " ||
    { cat steps; fail "steps are not in order"; }
newest=$(cut -c1-12 steps | sed -n 2p)
sed -n 1p steps | grep -q -- "<- .*$newest" || fail "the evaluation does not name its model's step"
grep -q warning steps && { cat steps; fail "a warning that nobody gave"; }
# What a step warned of is below its line, in every file that descends from it.
farfield featurize -q -b EF --degree 6,5 d.h5 | farfield fit -w E=1,V=2 -o warned.h5 2> said
grep -q 'warning: the features have no virials: their weight has no effect' said || { cat said; fail "no warning to show"; }
farfield evaluate -q -p ace:warned.h5 d.h5 -o after.h5
for file in warned after; do
    farfield show --provenance $file.h5 > warnings
    grep -A 1 '  fit ' warnings | sed -n 2p | grep -q '^  *warning: the features have no virials: their weight has no effect$' ||
        { cat warnings; fail "$file.h5 does not show the warning"; }
done
farfield show --provenance --json e.h5 > json
python3 - json <<'PYTHON' || fail "the JSON is not what it should be"
import hashlib, json, sys
steps = json.load(open(sys.argv[1]))
assert [s["step"]["program"] for s in steps] == ["evaluate", "fit", "featurize", "label", "generate"]
for s in steps:
    text = json.dumps(s["step"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == s["id"]
PYTHON

# what is wrong is said, with its exit code
refused() # CODE WORDS ARGUMENT...
{
    code=$1 words=$2
    shift 2
    ends "$code" farfield show "$@"
    says "$words"
}
echo "not HDF5" > text
head -c 3000 d.h5 > cut.h5
farfield generate -q $make --no-provenance -o bare.h5
refused 3 "text: is not an HDF5 file" text
refused 3 "cut.h5: is a truncated or damaged HDF5 file" cut.h5
refused 3 "bare.h5: carries no provenance" --provenance bare.h5
refused 5 "absent.h5" absent.h5
refused 2 "--json" --json d.h5
status=0
farfield show d.h5 > /dev/full 2> err || status=$?
test $status = 5 || fail "a full disk ended with $status"
exit 0
