# farfield report on real results: names from provenance, the same bytes again, and wrong use.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
command -v gnuplot > /dev/null || { echo "needs gnuplot"; exit 77; }


make="--crystal diamond --species Si --lattice-constant 5.43095"
farfield relax-defect -q -p sw:Si $make --cells 2 -d interstitial-tetrahedral -o reference.h5
farfield relax-defect -q -p sw:Si $make --cells 1 -d interstitial-tetrahedral -o small.h5
farfield compare -q --yardstick reference.h5 small.h5 --tag L=1 --tag observations=reference -o yardstick.h5
farfield generate -q small.h5 --count 20 --rattle 0.05 -o g.h5
farfield label -q -p sw:Si g.h5 -o training.h5
farfield featurize -q training.h5 --order 2 --degree 6,4 -o f.h5
farfield fit -q f.h5 --observations EF -o model.h5
farfield evaluate -q -p ace:model.h5 training.h5 --tag L=1 --tag observations=EF -o evaluation.h5
farfield relax-defect -q -p ace:model.h5 --from-reference reference.h5 --start reference.h5 \
    --allow-unconverged --max-evaluations 30 -o relaxed.h5
farfield compare -q -p ace:model.h5 reference.h5 relaxed.h5 --tag L=1 --tag observations=EF -o comparison.h5

inputs="comparison.h5 yardstick.h5 evaluation.h5 model.h5 relaxed.h5 reference.h5 small.h5 training.h5"
farfield report $inputs -o report --title 'A <test>' --notes 'Some & notes' 2> words ||
    { cat words; fail "no report"; }
grep -q "2 comparisons, 1 evaluations, 3 relaxations, 1 models" words || { cat words; fail "wrong count"; }
test "$(wc -l < words)" = 1 || { cat words; fail "more words than one line"; }

for file in index.html results.json comparisons.csv errors.csv evaluations.csv relaxations.csv models.csv \
    fits.csv datasets.csv inputs.csv history.csv figures/convergence.svg figures/decay.svg; do
    test -s report/$file || fail "there is no report/$file"
done
python3 - << 'PYTHON' || fail "the report is not what it should be"
import json, xml.etree.ElementTree as tree, glob
page = tree.parse("report/index.html").getroot()
text = "".join(page.itertext())
assert "A <test>" in text and "Some & notes" in text
for svg in glob.glob("report/figures/*.svg"):
    tree.parse(svg)
results = json.load(open("report/results.json"))
names = [row["relaxation"] for row in results["relaxations"]]
assert names == ["EF, L=1", "reference", "reference, L=1"], names
assert results["models"][0]["model"] == "EF, L=1"
assert len(results["history"]) == len({row["step"] for row in results["history"]})
assert abs(results["relaxations"][1]["formation_energy"] - 5.18889) < 1e-4
PYTHON

# the same inputs, the same bytes, whatever the folder is called
farfield report -q $inputs -o again --title 'A <test>' --notes 'Some & notes'
diff -r report again || fail "the report is not reproducible"

# the figures redraw themselves
(cd again/figures && cp decay.svg kept.svg && gnuplot decay.gp && cmp decay.svg kept.svg) ||
    fail "a figure's script draws something else"

refused() # CODE WORDS ARGUMENT...
{
    code=$1 words=$2
    shift 2
    ends "$code" farfield report "$@"
    says "$words"
}
mkdir mine && touch mine/precious
refused 5 "not a report" reference.h5 -o mine
test -f mine/precious || fail "a folder was replaced"
refused 2 "folder" reference.h5
echo text > text
refused 3 "text: is not an HDF5 file" text -o new
test ! -e new || fail "a failed report left a folder"
# without gnuplot: nothing but the advice
status=0
(PATH=$(dirname "$(command -v farfield)") farfield report reference.h5 -o new) 2> err || status=$?
test $status = 5 && grep -q gnuplot err || { cat err; fail "missing gnuplot ended with $status"; }
ls -d new* 2> /dev/null && fail "a failed report left a folder"
exit 0

# Defects: quantities, strain, limits over sizes.
for n in 2 3 4; do
    farfield relax-defect -q -p sw:Si --crystal diamond --species Si --lattice-constant 5.43095 -n $n \
        --defect interstitial-tetrahedral -o size-$n.h5
done
farfield extrapolate -q size-2.h5 size-3.h5 size-4.h5 --tag potential=sw -o limit.h5
farfield report -q size-2.h5 size-3.h5 size-4.h5 limit.h5 -o defects
for name in defects limits sizes; do [ -s defects/$name.csv ] || { echo "no $name.csv"; exit 1; }; done
for name in strain sizes; do [ -s defects/figures/$name.svg ] || { echo "no figure $name"; exit 1; }; done
grep -q '<h2>Defects</h2>' defects/index.html && grep -q -- '-43m' defects/defects.csv || { echo "no section on defects"; exit 1; }
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^relaxation_volume/) v = i }
    $4 == 513 && $v > 43 && $v < 43.3 { found = 1 } END { exit !found }' defects/defects.csv || { cat defects/defects.csv; exit 1; }
grep -q 'potential=sw' defects/limits.csv || { echo "no tag"; exit 1; }
