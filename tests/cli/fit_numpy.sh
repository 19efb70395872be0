# Coefficients against numpy.linalg.lstsq on systems whose singular values are known: random, of
# condition number 1e12, of less than full rank, and with fewer rows than functions. The systems are
# put into a features file as docs/formats.md describes it.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

python=/usr/bin/python3
$python -c 'import h5py, numpy' 2> /dev/null || { echo 'no h5py or numpy'; exit 77; }

farfield generate -q --crystal diamond --species Si --lattice-constant 5.43095 --cells 2 -o one.h5
farfield label -q --potential sw:Si one.h5 -o labelled.h5
farfield featurize -q --no-provenance --degree 10,8,6 labelled.h5 -o template.h5

cat > systems.py <<'PY'
"""systems.py make: features files; systems.py compare MODEL SYSTEM RULE: coefficients against numpy's."""
import shutil
import sys
import h5py
import numpy

ROWS, COLUMNS = 900, 50


def system(name):
    """Matrix, target and noise level; the singular values are what the name says."""
    random = numpy.random.default_rng(7)
    rows = 30 if name == "wide" else ROWS
    size = min(rows, COLUMNS)
    u = numpy.linalg.qr(random.normal(size=(rows, size)))[0]
    v = numpy.linalg.qr(random.normal(size=(COLUMNS, size)))[0]
    values = numpy.linspace(3, 1, size)
    if name == "ill":
        values = numpy.logspace(2, -10, size)
    if name == "deficient":
        values[37:] = 0
    matrix = u * values @ v.T
    noise = 1e-9 if name == "ill" else 0.1
    return matrix, matrix @ random.normal(size=COLUMNS) + noise * random.normal(size=rows)


def make(name):
    """The template's rows are replaced by forces of one frame, whose scale is 1."""
    matrix, target = system(name)
    rows = len(target)
    contents = {"frame": numpy.zeros(rows), "atom": numpy.arange(rows) // 3, "displacement": numpy.zeros(rows),
                "kind": numpy.ones(rows), "axis": numpy.arange(rows) % 3, "target": target, "matrix": matrix}
    shutil.copy("template.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as file:
        file["frames/atoms"][:] = rows // 3
        for key, values in contents.items():
            old = file["rows/" + key]
            attributes, kind = dict(old.attrs), old.dtype
            del file["rows/" + key]
            new = file["rows"].create_dataset(key, data=values.astype(kind))
            new.attrs.update(attributes)


def norm(x):
    return numpy.linalg.norm(x)


def compare(model, name, rule):
    """close: equal coefficients. fit: equal up to what rounding in the matrix alone can do, which the
    condition number multiplies; and an equally small residual."""
    matrix, target = system(name)
    with h5py.File(model) as file:
        found = file["coefficients"][:]
        rank, condition = file["fit"].attrs["rank"], file["fit"].attrs["condition"]
    best, _, best_rank, values = numpy.linalg.lstsq(matrix, target, rcond=1e-13)
    off = norm(found - best) / norm(best)
    excess = (norm(matrix @ found - target) - norm(matrix @ best - target)) / norm(target)
    print(f"{name} {model}: coefficients off by {off:.1e}, residual larger by {excess:.1e} of the target, "
          f"rank {rank} (numpy {best_rank}), condition number {condition:.1e} (numpy {values[0] / values[-1]:.1e})")
    if rank != best_rank:
        sys.exit("rank")
    if rule == "close":
        # A few hundred roundings of 1e-16, in systems of condition number 3; lsqr stops at 1e-12.
        ok = off < (1e-9 if "lsqr" in model else 1e-12) and excess < 1e-12
    else:
        # Both solve a problem changed by some 1e-15 |A|, so that the fitted values agree to that times
        # |A| |c|, far below the residual, and the coefficients to 1e12 times it.
        fitted = norm(matrix @ (found - best)) / (values[0] * norm(best))
        ok = off < 1e-2 and fitted < 1e-14 and abs(excess) < 1e-14 and 1e11 < condition < 1e14
        print(f"fitted values off by {fitted:.1e} of |A| |c|")
    if not ok:
        sys.exit("too far from numpy")


if sys.argv[1] == "make":
    for name in ("random", "ill", "deficient", "wide"):
        make(name)
else:
    compare(*sys.argv[2:])
PY
$python systems.py make

# fits SYSTEM RULE METHOD...: with no prior to speak of, or none.
fits() {
    name=$1 rule=$2; shift 2
    model=$name-$(echo "$*" | tr -d ' -').h5
    farfield fit -w F=1 --smoothness 0 -m "$@" "$name.h5" -o "$model" 2> fit.log || { cat fit.log; fail "$name by $*"; }
    $python systems.py compare "$model" "$name" "$rule" || fail "$name by $*"
}
for method in qr "svd --svd-cutoff 0" "ridge --ridge 0" "lsqr --ridge 0"; do fits random close $method; done
for method in qr "svd --svd-cutoff 0" "ridge --ridge 0"; do fits ill fit $method; done
# The shortest of all solutions, as numpy's; without a cut-off there is none.
fits deficient close svd --svd-cutoff 1e-10
fits wide close svd --svd-cutoff 1e-10
for name in deficient wide; do
    status=0
    farfield fit -w F=1 -m qr $name.h5 -o refused.h5 2> refused.log || status=$?
    [ $status = 4 ] && [ ! -e refused.h5 ] || { cat refused.log; fail "$name by qr: exit $status instead of 4"; }
done
# A reduction is as good as the rows.
for name in random deficient; do farfield reduce -q -k 1 $name.h5 -o rows.h5 && mv rows.h5 $name.h5; done
fits random close qr
fits deficient close svd --svd-cutoff 1e-10
