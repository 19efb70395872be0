#!/bin/sh
# The sample data is what its README says: labels of sw:Si, and make.sh still makes such files.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

cp "$FARFIELD_TOP/sample-data/si-train.xyz.gz" "$FARFIELD_TOP/sample-data/si-test.xyz" .
mkdir made
(cd made && sh "$FARFIELD_TOP/sample-data/make.sh" 2> /dev/null)
for file in si-train.xyz.gz si-test.xyz; do
    [ "$(wc -c < $file)" -lt 300000 ] || fail "$file is large"
    for folder in . made; do
        farfield ingest -q $folder/$file --energy energy --forces forces --virial virial -o $folder/data.h5
        # Errors of the potential against its own labels: rounding only.
        farfield evaluate --potential sw:Si $folder/data.h5 2> table > /dev/null
        awk '$1 == "all" || $1 == "energy" || $1 == "force" || $1 == "virial" { started = 1 }
             started && ($1 == "force" && $5 > 1e-10) { bad = 1 } END { exit !started || bad }' table ||
            { cat table; fail "$folder/$file: labels are not those of sw:Si"; }
    done
    # The same structures in the same order, to the rounding of another compiler.
    summary() { gzip -dcf "$1" | awk '/config_type/ { n++ } END { print n, NR }'; }
    [ "$(summary $file)" = "$(summary made/$file)" ] || fail "make.sh makes another $file"
done
