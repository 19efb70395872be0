# The shipped studies of training sizes, shortened: they run, reuse everything the second time, and
# give the same bytes with one thread and with two.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
cd "$FARFIELD_TOP"
scratch=$OLDPWD
evidence=$scratch/err
for file in pipelines/*.xml; do
    xmllint --noout --relaxng pipelines/farfield.rng "$file" 2> "$scratch/err" || fail "$file is not valid"
done

short() { # STUDY DIRECTORY OPTION...
    study=$1 directory=$2; shift 2
    farfield run "pipelines/$study.xml" --directory "$scratch/$directory" "$@" 2> "$scratch/err" ||
        fail "$study fails"
}
silicon() { short quickstart "$@" --set L="1 2" --set N=3 --set observations="EF EFV EF+FC" \
    --set defect-frames="30 5" --set crystal-frames="30 5"; }
silicon one -j 1 -@ 1
grep -q 'ran 45, reused 0' "$scratch/err" || fail "a study of 45 instances"
[ -s "$scratch/one/index.html" ] && [ -s "$scratch/one/results.json" ] && [ -s "$scratch/one/models/L2-EF.h5" ] ||
    fail "what is published"
silicon one
grep -q 'ran 0, reused 45' "$scratch/err" || fail "nothing to do the second time"
silicon two -j 2 -@ 4
for directory in one two; do
    (cd "$scratch/$directory/store/objects" && find . -type f | sort) > "$scratch/$directory.objects"
done
cmp "$scratch/one.objects" "$scratch/two.objects" || fail "results depend on threads or jobs"

# The error falls, for each set of observations, from the smaller training cell to the larger.
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^geometry_error /) column = i; next }
    { error[$1 "," $2] = $column }
    END { exit !(column && error["2,EF"] < error["1,EF"] / 4 && error["2,EFV"] < error["1,EFV"] / 4 &&
                 error["2,EF+FC"] < error["1,EF+FC"] / 4) }' \
    "$scratch/one/comparisons.csv" || { cat "$scratch/one/comparisons.csv"; exit 1; }

short w-vacancy tungsten --set L="2 3" --set N=4 --set observations=EFV \
    --set defect-frames="30 8" --set crystal-frames="30 8" -@ 2
[ -s "$scratch/tungsten/index.html" ] || fail "tungsten's report"
