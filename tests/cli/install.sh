#!/bin/sh
# make install puts everything below DESTDIR and PREFIX, what is there works, and uninstall removes it.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
make() { command make --no-print-directory -s -C "$FARFIELD_TOP" BUILD="$BUILD" "$@"; }

root=$PWD/root
make install DESTDIR="$root" PREFIX=/opt/ff > log 2>&1 || { cat log; exit 1; }
[ "$(find root -mindepth 1 -maxdepth 1)" = root/opt ] || fail "files outside PREFIX"
for program in "$BUILD"/bin/farfield*; do
    name=$(basename "$program")
    cmp "$program" "root/opt/ff/bin/$name"
    [ -s "root/opt/ff/share/man/man1/$name.1" ] || fail "no man page for $name"
done
cmp "$FARFIELD_TOP/pipelines/quickstart.xml" root/opt/ff/share/farfield/pipelines/quickstart.xml

# The installed dispatcher finds its own stages, without PATH.
[ "$(env -i root/opt/ff/bin/farfield show --version)" = "farfield-show $(cat "$FARFIELD_TOP/VERSION")" ] ||
    fail "the installed farfield does not run its stages"

make uninstall DESTDIR="$root" PREFIX=/opt/ff
[ -z "$(find root -type f)" ] || { find root -type f; fail "uninstall left files"; }
