# What the scripts of tests/cli and tests/long share. They read it when they begin:
#     . "$FARFIELD_TOP/tests/helpers.sh"

# fail WORDS: the test has failed; the end of the file that $evidence names is shown, if it names one.
evidence=
fail() {
    echo "$1" >&2
    [ -z "$evidence" ] || tail -n 40 "$evidence" >&2
    exit 1
}

# ends CODE COMMAND...: with that exit code; the files out and err hold what it prints.
ends() {
    code=$1; shift
    status=0; "$@" > out 2> err || status=$?
    [ "$status" = "$code" ] || fail "$*: exit code $status, expected $code: $(cat err)"
}

# expect CODE PATTERN COMMAND...: it ends so, and says what matches the pattern on standard error.
expect() {
    code=$1 pattern=$2; shift 2
    ends "$code" "$@"
    grep -q -e "$pattern" err || fail "$*: '$pattern' is not said: $(cat err)"
}

# refuse CODE PATTERN COMMAND...: the same of a command that is to write a file, which is not there then.
refuse() {
    expect "$@" -o refused.h5
    [ ! -e refused.h5 ] || fail "left output behind: $*"
}

# says WORDS [FILE]: err, or the file, holds these words as they are.
says() { grep -qF -e "$1" "${2:-err}" || fail "does not say '$1': $(cat "${2:-err}")"; }

# below A B WORDS: of two numbers the first is less.
below() {
    awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 == a && b + 0 == b && a < b) }' ||
        fail "$3: $1 is not below $2"
}

# near A B TOLERANCE: whether two numbers differ by less.
near() {
    awk -v a="$1" -v b="$2" -v t="$3" \
        'BEGIN { d = a - b; exit !(a + 0 == a && b + 0 == b && d < t && d > -t) }'
}

# numbers FILE DATASET: of an HDF5 file, in all their digits, one a line.
numbers() {
    h5dump -y -w 0 -m %.17g -d "$2" "$1" |
        awk '/}/ { if (on) exit } on; /^ *DATA {/ { on = 1 }' | tr -d ' ' | tr ',' '\n' | grep .
}
