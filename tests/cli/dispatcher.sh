#!/bin/sh
# farfield STAGE finds farfield-STAGE beside itself or on PATH, passes arguments and exit codes
# through, and helps when a name is wrong.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"

mkdir beside elsewhere
cp "$(command -v farfield)" beside/farfield
printf '#!/bin/sh\necho "beside $#: $*"\nexit 4\n' > beside/farfield-toy
printf '#!/bin/sh\necho "elsewhere: $*"\n' > elsewhere/farfield-far
printf '#!/bin/sh\necho "elsewhere"\n' > elsewhere/farfield-toy
chmod +x beside/farfield-toy elsewhere/*

status=0; said=$(PATH="elsewhere:$PATH" beside/farfield toy 'a b' --c) || status=$?
[ "$said" = "beside 2: a b --c" ] || fail "the stage beside farfield was not run: $said"
[ "$status" = 4 ] || fail "exit code 4 became $status"
[ "$(PATH="elsewhere:$PATH" beside/farfield far 1)" = "elsewhere: 1" ] || fail "PATH is not searched"
[ "$(PATH="elsewhere:$PATH" beside/farfield help far)" = "elsewhere: --help" ] || fail "help STAGE"

ends 2 beside/farfield toyz
printf "farfield: no stage 'toyz' (did you mean toy?)\ntry 'farfield help'\n" | cmp - err
[ ! -s out ] || fail "words on standard output"
for wrong in '' --nonsense ../toy; do
    ends 2 beside/farfield $wrong
    [ "$(wc -l < err)" = 2 ] || fail "'$wrong': not two lines: $(cat err)"
done

[ "$(farfield --version)" = "farfield $(cat "$FARFIELD_TOP/VERSION")" ] || fail "--version"
beside/farfield help > help
grep -q '^Others$' help && grep -q '^  toy$' help || fail "other stages are not listed"
farfield help > help
for stage in "$(dirname "$(command -v farfield)")"/farfield-*; do
    [ -x "$stage" ] || continue
    name=$(basename "$stage"); name=${name#farfield-}
    summary=$("$stage" --help | sed -n "s/^farfield-$name: //p")
    [ -n "$summary" ] || fail "$name --help has no summary"
    grep -q "^  $name " help || fail "farfield help does not list $name"
done
status=0; farfield help > /dev/full 2> err || status=$?
[ "$status" = 5 ] || fail "a full disk: exit code $status"
