# The store: the same digests in parallel and in series, damaged results, what cannot be trusted.
set -u
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
mkdir programs && cp "$FARFIELD_TOP/tests/cli/toy_stage" programs/farfield-toy && chmod +x programs/farfield-toy
export FARFIELD_PROGRAMS="$PWD/programs" TOY_LOG="$PWD/toy.log"
cat > study.xml <<'XML'
<pipeline xmlns="urn:farfield:pipeline:1" name="study">
  <sweep name="n" values="1 2 3 4 5 6"/>
  <stage id="a" program="toy"><option name="word" value="${n}"/></stage>
  <stage id="b" program="toy"><input stage="a"/></stage>
  <stage id="c" program="toy" publish="."><option name="folder"/><input stage="b" collect="all"/></stage>
</pipeline>
XML
objects() { (cd "$1/store/objects" && find . -type f | sort); }
farfield run study.xml -j 1 -C serial 2> err || fail serial
farfield run study.xml -j 4 -@ 4 -C parallel 2> err || fail parallel
objects serial > one; objects parallel > two
cmp one two || fail "objects differ"
(cd serial/store/keys && ls) > one; (cd parallel/store/keys && ls) > two
cmp one two || fail "keys differ"
# Threads: shared among the jobs, all for one that is alone.
grep -h -q 'toy: 4 threads' parallel/store/logs/*.log || fail "the last stage is alone"
grep -h -q 'toy: 1 threads' parallel/store/logs/*.log || fail "the first share"
[ "$(sha256sum < serial/index.html)" = "$(sha256sum < parallel/index.html)" ] || fail "published"

# A result of another size is noticed; one of the same size with --verify.
object=$(sed -n 2p one > /dev/null; find serial/store/objects -type f ! -path '*index*' ! -path '*part*' | sort | head -n 1)
chmod u+w "$object"; : > "$object"; : > toy.log
farfield run study.xml -C serial 2> err || fail "truncated"
grep -q 'missing or damaged: made again' err && [ "$(wc -l < toy.log)" = 1 ] || fail "one is made again"
chmod u+w "$object"; tr '0-9a-z' 'x' < "$object" > changed; cat changed > "$object"
farfield run study.xml -C serial --dry-run > plan
grep -q '^0 to run' plan || fail "the size is the same"
farfield run study.xml -C serial --verify 2> err || fail "altered"
grep -q 'ran 1, reused 12' err || fail "noticed with --verify"
farfield run study.xml -C serial --verify 2> err
grep -q 'ran 0, reused 13' err || fail "mended"
rm -rf serial/store/objects; : > toy.log
farfield run study.xml -C serial 2> err || fail "no objects"
[ "$(wc -l < toy.log)" = 13 ] || fail "all are made again"
objects serial > two; objects parallel > one; cmp one two || fail "objects differ after"

# What was published and is not any more is taken back, unless somebody changed it.
sed -i 's|<option name="folder"/>|<option name="word" value="z"/>|; s|publish="."|publish="c.txt"|' study.xml
cp parallel/part/a kept
farfield run study.xml -C parallel 2> err || fail "file instead of folder"
[ -f parallel/c.txt ] || fail "published file"
sed -i 's|publish="c.txt"|publish="."|' study.xml
farfield run study.xml -C parallel 2> err
[ $? = 3 ] && grep -q 'study.xml:5: publish="." was found, expected the name of a file' err || fail "a file as ."

# Documents that are not to be trusted.
refused() { # MESSAGE
    farfield run evil.xml -C evil 2> err
    [ $? = 3 ] || fail "exit code for $1"
    grep -q "evil.xml:[0-9]*.*$1" err || fail "message: $1"
    [ ! -e evil ] || fail "evil left something"
}
head='<pipeline xmlns="urn:farfield:pipeline:1" xmlns:xi="http://www.w3.org/2001/XInclude" name="evil"'
cat > evil.xml <<XML
<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;">]>
$head title="&f;"><stage id="a" program="toy"/></pipeline>
XML
refused DOCTYPE
printf '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n%s title="&x;"/>\n' "$head" > evil.xml
refused DOCTYPE
printf '%s>\n<xi:include href="../../../../etc/passwd"/></pipeline>\n' "$head" > evil.xml
refused "inclusion of '../../../../etc/passwd' is refused"
ln -s /etc link
printf '%s>\n<xi:include href="link/passwd"/></pipeline>\n' "$head" > evil.xml
refused "outside the study's folder"
printf '%s>\n<xi:include href="http://127.0.0.1:9/x.xml"/></pipeline>\n' "$head" > evil.xml
refused "is refused"
