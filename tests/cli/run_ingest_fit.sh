# The shipped study of extended-XYZ data, as it is and with a user's own files.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
farfield run "$FARFIELD_TOP/pipelines/ingest-fit.xml" --directory shipped 2> err || fail "as shipped"
grep -q 'ran 31, reused 0' err || fail "31 instances"
[ -s shipped/index.html ] && [ -s shipped/models/degree12-EFV.h5 ] || fail "what is published"

# More functions fit better, and better on what was not fitted, too.
awk -F'"?,"?' '$4 == "all" || $5 == "all" { for (i = 1; i <= NF; i++) if ($i == "force") rmse[$1 "," $2 "," $3] = $(i + 2) }
    END { for (set = 0; set < 2; set++) {
              name = set ? " test set" : " training set"
              if (!(rmse["12,EF," name] > 0 && rmse["12,EF," name] < rmse["6,EF," name] / 1.5)) exit 1 } }' \
    shipped/evaluations.csv || { cat shipped/evaluations.csv; exit 1; }

# Paths on the command line are relative to where one is.
mkdir mine && cp "$FARFIELD_TOP/sample-data/si-train.xyz.gz" mine/a.xyz.gz && cp "$FARFIELD_TOP/sample-data/si-test.xyz" mine/b.xyz
cd mine
farfield run "$FARFIELD_TOP/pipelines/ingest-fit.xml" -C here -s train=a.xyz.gz -s test=b.xyz -s virial=none \
    -s degree=6 -s observations=EF 2> ../err || { cd ..; fail "own files"; }
[ -s here/index.html ] || fail "own report"
farfield run "$FARFIELD_TOP/pipelines/ingest-fit.xml" -C there -s train=none.xyz 2> ../err && exit 1
grep -q "mine/none.xyz' cannot be read" ../err || { cd ..; fail "a file that is not there"; }
grep -q 'ingest-fit.xml:[0-9]*: ' ../err && [ ! -e there ] || { cd ..; fail "its place"; }
