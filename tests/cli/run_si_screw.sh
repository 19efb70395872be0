#!/bin/sh
# The shipped study of a dislocation, shortened: the error falls with the training cell, and what the
# force residual predicts of it is right.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
farfield run "$FARFIELD_TOP/pipelines/si-screw.xml" --directory study -j 2 --set L="4 6" --set R=16 \
    --set observations=EFV --set defect-frames="60 30" --set crystal-frames=40 2> err || fail "shortened"
[ -s study/index.html ] && [ -s study/models/L6-EFV.h5 ] || fail "what is published"
sed 's/"[^"]*"/name/g' study/comparisons.csv > comparisons.csv
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { sub(/ .*/, "", $i); column[$i] = i } next }
    { error[$1] = $column["geometry_error"]; if ($column["effectivity"] < 0.9 || $column["effectivity"] > 1.1) bad = 1 }
    END { exit !(!bad && error[4] > 0 && error[6] > 0 && error[6] < error[4] / 2) }' comparisons.csv ||
    { cat study/comparisons.csv; fail "errors"; }
