#!/bin/sh
# farfield audit: no false alarm on labels of the built-in potentials, whatever the structures; exit
# codes; text, JSON and the report of ingest.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
tells() { tr -s ' \n' ' ' < "$2" | grep -qF -- "$1" || { cat "$2"; fail "$2 does not say: $1"; }; }
make() { out=$1; shift; farfield generate -q "$@" -g "$out" -o "$out.h5"; }
# clean POTENTIAL FILE...
clean() {
    potential=$1
    shift
    farfield label -q -p "$potential" "$@" -o labelled.h5
    code=0; farfield audit labelled.h5 > report 2> err || code=$?
    [ "$code" = 0 ] && ! grep -q '^WRONG' report || { cat report err; fail "false alarm: $potential $*"; }
}

si='-c diamond -s Si -a 5.43'
make dia $si -N 2 -n 6 -r 0.05; make strained $si -n 12 -e 0.05; make volumes $si -n 12 --volume-range 0.8,1.2
make hot $si -N 2 -n 6 -r 0.35; make vacancy $si -N 2 -n 4 -r 0.05 -d vacancy; make perfect $si
make interstitial $si -N 2 -n 4 -r 0.05 -d interstitial-tetrahedral
make fcc -c fcc -s Si -a 3.9 -N 2 -n 6 -r 0.1 -e 0.02; make sc -c sc -s Si -a 2.55 -N 2 -n 6 -r 0.05
for set in dia strained volumes hot perfect vacancy; do clean sw:Si $set.h5; done
clean sw:Si dia.h5 strained.h5 volumes.h5 hot.h5 vacancy.h5 interstitial.h5
clean sw:Si dia.h5 fcc.h5 sc.h5 vacancy.h5
w='-c bcc -s W -a 3.165'
make bcc $w -N 3 -n 6 -r 0.05; make bccstrain $w -n 20 -e 0.03; make dumbbell $w -N 3 -n 4 -r 0.02 -d dumbbell-111
make bcchot $w -N 3 -n 4 -r 0.3; make wfcc -c fcc -s W -a 4.0 -N 2 -n 6 -r 0.05
clean fs:W bccstrain.h5
clean fs:W bcc.h5 bccstrain.h5 dumbbell.h5 bcchot.h5 wfcc.h5
make ar -c fcc -s Ar -a 5.3 -n 12 --volume-range 0.8,1.3; make arhot -c fcc -s Ar -a 5.3 -N 2 -n 6 -r 0.2
clean lj:0.0104,3.4,8.5,Ar ar.h5 arhot.h5
make cu -c fcc -s Cu -a 3.6 -N 2 -n 6 -r 0.1; make cufar -c fcc -s Cu -a 7 -n 8 --volume-range 0.5,2
clean morse:0.343,1.359,2.866,6.5,Cu cu.h5 cufar.h5

# With labels of one kind, or of two, there is less to say, and nothing wrong.
for kinds in E F V EF EV FV; do
    farfield label -q -p sw:Si -b $kinds dia.h5 strained.h5 -o some.h5
    farfield audit -f some.h5 > report || { cat report; fail "false alarm on labels $kinds"; }
    [ ! -s report ] || { cat report; fail "findings on labels $kinds"; }
done

# What was tested, with numbers; several datasets; a cutoff.
farfield label -q -p sw:Si strained.h5 -o a.h5
farfield label -q -p sw:Si dia.h5 -o b.h5
farfield audit a.h5 b.h5 --cutoff 6 > report
tells 'virials along strains strained 63 pairs' report
tells 'of what energy differences imply' report
tells 'functions leave unexplained:' report
tells 'note cells, group strained what the cell is thinner than the cutoff of 6 A' report
farfield audit - < a.h5 > from_input
farfield audit a.h5 | cmp - from_input
farfield audit --threads 1 a.h5 b.h5 | cmp - "$(farfield audit --threads 2 a.h5 b.h5 > two; echo two)"
farfield audit --atoms 0 a.h5 > report
tells 'reference model - 0 frames - not tested: not asked for' report

# Something wrong: exit code 1, in text and JSON.
farfield export -q b.h5 > b.xyz
python3 "$FARFIELD_TOP/tests/spoil.py" virial_sign < b.xyz > flipped.xyz
farfield ingest -q flipped.xyz --energy energy --forces forces --virial virial -o flipped.h5
code=0; farfield audit flipped.h5 > report 2> err || code=$?
[ "$code" = 1 ] || fail "exit code $code"
tells 'farfield-audit: the audit finds 1 thing wrong' err
tells 'WRONG units and signs, group dia what virials: the sign is wrong where 6 frames: 1-6' report
code=0; farfield audit --json flipped.h5 > report.json 2> err || code=$?
[ "$code" = 1 ] || fail "exit code $code with --json"
python3 - <<'PYTHON'
import json
report = json.load(open("report.json"))
assert report["wrong"] == 1 and report["notes"] == 0, report
finding = report["findings"][0]
assert finding["level"] == "wrong" and finding["test"] == "units and signs", finding
assert finding["frames"] == [1, 2, 3, 4, 5, 6] and finding["ratio"] == -1 and finding["mend"], finding
tests = {c["test"] for c in report["checks"]}
assert {"distances", "cells", "zeros", "force sums", "duplicates", "reference model", "outliers"} <= tests, tests
assert all(c["ratio"] is None or isinstance(c["ratio"], float) for c in report["checks"])
PYTHON

# ingest --audit leaves nothing behind when something is wrong, and names files and frames.
printf '1\nconfig_type=isolated_atom energy=0\nSi 0 0 0\n' | cat - flipped.xyz > one.xyz
code=0; farfield ingest -q b.xyz one.xyz --energy energy --forces forces --virial virial --audit -o no.h5 2> report || code=$?
[ "$code" = 1 ] || { cat report; fail "ingest --audit: exit code $code"; }
[ ! -e no.h5 ] || fail 'ingest --audit left its output although something is wrong'
tells 'the structure of an earlier frame, with other labels where 6 frames: 7-12 in files one.xyz 3-8' report
farfield ingest -q b.xyz --energy energy --forces forces --virial virial --audit -o yes.h5 2> report
[ ! -s report ] || { cat report; fail 'ingest --audit is not silent on good labels'; }
farfield ingest -q b.xyz --energy energy --forces forces --virial virial --no-provenance -o plain.h5
farfield ingest -q b.xyz --energy energy --forces forces --virial virial --no-provenance --audit -o audited.h5
cmp plain.h5 audited.h5

# Wrong use, wrong input.
ends 2 farfield audit --cutoff -1 a.h5
ends 3 farfield audit b.xyz
ends 5 farfield audit absent.h5
farfield generate -q $si -n 0 -o none.h5
ends 3 farfield audit none.h5
