#!/bin/bash
# clang-format puts no blank between a function's name and its parenthesis, so a call matches NAME(.
# Checks that need no run: layout, layers, banned functions, headers alone, clang-tidy, cppcheck.
# Usage: [BUILD=DIR] [PACKAGES="pkg-config names"] tests/lint.sh [FILE...]   (all sources by default)
# Reports everything it finds; exits 1 if that is anything at all.
set -u
cd "$(dirname "$0")/.." || exit 5
failures=$(mktemp) || exit 5
trap 'rm -f "$failures"' EXIT
jobs=${JOBS:-2}
includes="-I. $(pkg-config --cflags ${PACKAGES:-hdf5 libxml-2.0 zlib gsl cmocka openblas lapacke fftw3 libcrypto jansson spglib yaml-0.1})"
defines="-D_XOPEN_SOURCE=700 -DFF_VERSION=\"0\" -DFF_RELEASED=\"0\""
case "${PACKAGES:-}" in *libkim-api*) defines="$defines -DFF_WITH_KIM" ;; esac

mapfile -t sources < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else find lib formats stages tests -name '*.[ch]' | sort; fi)
mapfile -t headers < <(printf '%s\n' "${sources[@]}" | grep -E '^(lib|formats|stages)/.*\.h$')
mapfile -t product < <(printf '%s\n' "${sources[@]}" | grep -E '^(lib|formats|stages)/.*\.c$')

section() { printf '%-12s' "$1"; SECONDS=0; : > "$failures"; }
verdict() {
    if [ -s "$failures" ]; then bad=1; echo "FAILED (${SECONDS} s)"; cat "$failures"; else echo "clean (${SECONDS} s)"; fi
}
# forbid PATTERN WHY FOLDER...: lines of the sources below the folders that match are failures.
forbid() {
    local pattern=$1 why=$2; shift 2
    local folders; folders=$(IFS='|'; echo "$*")
    printf '%s\n' "${sources[@]}" | grep -E "^($folders)/" | xargs -r grep -nHE -e "$pattern" | sed "s|\$|    <- $why|" >> "$failures"
}
bad=0

section layout
printf '%s\n' "${sources[@]}" | xargs -r -P "$jobs" -n 8 clang-format --dry-run -Werror >> "$failures" 2>&1
printf '%s\n' "${sources[@]}" | xargs -r wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines, more than 800" }' >> "$failures"
verdict

section layers
forbid '#include *[<"](formats|stages)/' 'lib knows no formats and no stages' lib
forbid '#include *<(hdf5|H5|libxml|zlib|openssl|jansson|yaml)' 'lib knows no file format' lib
forbid '\<(printf|fprintf|puts|fputs|fopen|getenv) *\(' 'lib does no input and output' lib
forbid '#include *[<"]stages/' 'formats know no stages' formats
forbid '\<(printf|puts|exit) *\(|\<f(printf|puts) *\((stderr|.*, *stderr\))' 'formats print nothing' formats
forbid '#include *<(hdf5|H5|libxml|yaml)|\<H5[A-Z]+[a-z_0-9]* *\(|\<xml[A-Z][A-Za-z]* *\(' 'HDF5, libxml2 and libyaml only in formats' stages lib
verdict

section banned
forbid '\<(strcpy|strcat|strncpy|strtok|sprintf|vsprintf|gets|atoi|atol|atof|ctime|tmpnam|mktemp)\(' 'banned function' lib formats stages tests
forbid '\<system\(' 'no shell in between' lib formats stages
forbid '\<(abort|exit|quick_exit)\(' 'errors are values' lib formats
forbid '\<(TODO|FIXME|XXX|HACK)\>' 'finish it or open an issue' lib formats stages tests
verdict

# Every header compiles on its own, as C11 and as C++.
alone() {
    cc -std=c11 -Wall -Wextra -Werror -fsyntax-only $defines $includes -include "$1" -x c /dev/null &&
        c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only $defines $includes -include "$1" -x c++ /dev/null
}
export -f alone; export includes defines
section headers
printf '%s\n' "${headers[@]}" | xargs -r -P "$jobs" -n 1 bash -c 'alone "$1"' alone >> "$failures" 2>&1
verdict

# What was clean stays so until the file, anything it includes, or the set of checks changes.
tidy() {
    key=$( (cc -E -std=c11 $defines $includes -fopenmp "$1"; cat "$1" .clang-tidy) | sha256sum | cut -d ' ' -f 1)
    [ -e "$clean/$key" ] && return
    said=$(clang-tidy --quiet "$1" -- -std=c11 $defines $includes -fopenmp 2> /dev/null)
    if [ -z "$said" ]; then touch "$clean/$key"; else echo "$said"; fi
}
export -f tidy; export clean=${BUILD:-build}/lint
mkdir -p "$clean"
section clang-tidy
printf '%s\n' "${product[@]}" | xargs -r -P "$jobs" -n 1 bash -c 'tidy "$1"' tidy >> "$failures"
verdict

# invalidPointerCast: tables address fields of structs by their offset.
section cppcheck
printf '%s\n' "${sources[@]}" | grep '\.c$' > "$failures.list"
cppcheck --quiet -j "$jobs" --std=c11 --enable=warning,performance,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=invalidPointerCast \
    -D'json_object_foreach(object, key, value)=for (key = 0, value = 0; object;)' --error-exitcode=1 --template=gcc \
    -I. -D_XOPEN_SOURCE=700 -DFF_VERSION='"0"' -DFF_RELEASED='"0"' \
    --file-list="$failures.list" >> "$failures" 2>&1
rm -f "$failures.list"
verdict

exit "$bad"
