#!/bin/sh
# Runs test programs (CMocka executables and shell scripts) two at a time and counts.
# Usage: BUILD=DIR tests/run.sh TEST...   A script that exits 77 is skipped. Prints the output of
# failures only; the last line is "N passed, N failed, N skipped".
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
logs=$(mktemp -d) || exit 5
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM
export top logs BUILD PATH="$BUILD/bin:$PATH" FARFIELD_TOP="$top" FARFIELD_SHARED_DATA="${FARFIELD_SHARED_DATA:-$top/../shared/data}"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1}" OMP_NUM_THREADS="${OMP_NUM_THREADS:-2}"
# Tests share the cores: a thread that waits leaves its core to others.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

cat > "$logs/one" <<'ONE'
#!/bin/sh
name=$(basename "$1" .sh)
scratch="$logs/$name.dir"; mkdir -p "$scratch"
case "$1" in
    *.sh) (cd "$scratch" && sh "$top/${1#"$top"/}") > "$logs/$name.log" 2>&1 ;;
    *) (cd "$scratch" && "$(case "$1" in /*) echo "$1" ;; *) echo "$top/$1" ;; esac)") > "$logs/$name.log" 2>&1 ;;
esac
status=$?
rm -rf "$scratch"
case $status in
    0) count=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$logs/$name.log" | head -n 1)
       skip=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' "$logs/$name.log" | head -n 1)
       echo "pass ${count:-1} ${skip:-0}" >> "$logs/results"; echo "ok      $name" ;;
    77) echo "skip 0 1" >> "$logs/results"; echo "skipped $name: $(tail -n 1 "$logs/$name.log")" ;;
    *) echo "fail 1 0" >> "$logs/results"
       { echo "FAILED  $name (exit $status)"; sed 's/^/    /' "$logs/$name.log" | tail -n 60; } ;;
esac
ONE
: > "$logs/results"
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -n 1 sh "$logs/one"
awk '$1 == "pass" { passed += $2; skipped += $3 } $1 == "fail" { failed += 1 } $1 == "skip" { skipped += 1 }
     END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 }' "$logs/results"
