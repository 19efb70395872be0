#!/bin/sh
# 2,000,000 rows of 1,000 functions, a features file of 16 GB, are fitted and reduced in less than
# 1 GiB, and the coefficients come out right. FARFIELD_ROWS sets another number of rows.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
[ -x /usr/bin/time ] || { echo "needs /usr/bin/time"; exit 77; }
rows=${FARFIELD_ROWS:-2000000}
needed=$((rows * 8100 / 1024 + 1000000))
free=$(df -Pk . | awk 'END { print $4 }')
[ "$free" -gt "$needed" ] || { echo "needs $((needed / 1000000)) GB on this disk"; exit 77; }
trap 'rm -f features.h5' EXIT
"$BUILD/tests/long/made_up_features" features.h5 "$rows"
ls -l features.h5

# measured NAME COMMAND...: runs the command and says what it took.
measured() {
    name=$1; shift
    /usr/bin/time -v "$@" 2> "$name.log" || { cat "$name.log"; fail "$name"; }
    awk -v name="$name" '/Maximum resident/ { kb = $NF } /Elapsed/ { time = $NF }
        END { printf "%s: %.0f MB at most, %s\n", name, kb / 1000, time; exit !(kb < 1048576) }' "$name.log" ||
        fail "$name needs more than 1 GiB"
}
measured fit farfield fit -w E=1,F=1,V=1 features.h5 -o model.h5
measured reduce farfield reduce features.h5 -o reduced.h5
measured refit farfield fit reduced.h5 -w auto -o refit.h5
grep -q "functions, ridge 1e-08" fit.log || fail "what is said"

# The noise of scaled rows is 0.01: that is the error, and the coefficients 1/(1 + k) are known to
# 0.01 over the root of a third of the rows.
awk '$1 == "all" { on = 1 } on && $1 == "force" { found = 1; exit !($3 > 0.0097 && $3 < 0.0101) } END { if (!found) exit 1 }' fit.log ||
    { cat fit.log; fail "the error of forces"; }
for model in model refit; do
    h5dump -d coefficients -y -m '%.17g' $model.h5 | tr ',' '\n' | awk -v rows="$rows" '
        /^ *[-+0-9.e]+ *$/ { d = $1 - 1 / (1 + n++); sum += d * d }
        END { rms = sqrt(sum / n); print n, "coefficients, off by", rms; exit !(n == 1000 && rms < 3 * 0.01 * sqrt(3 / rows)) }' ||
        fail "the coefficients of $model"
done
