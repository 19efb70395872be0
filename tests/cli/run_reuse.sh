# A study is run once; after that only what changed, and what depends on it, runs again.
set -eu
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
mkdir programs && cp "$FARFIELD_TOP/tests/cli/toy_stage" programs/farfield-toy && chmod +x programs/farfield-toy
export FARFIELD_PROGRAMS="$PWD/programs" TOY_LOG="$PWD/toy.log"
echo alpha > data.txt

study() { # WORD_OF_MODEL
    cat > study.xml <<XML
<pipeline xmlns="urn:farfield:pipeline:1" name="study" title="A study of ${1}">
  <let name="base" value="si"/>
  <sweep name="L" values="1 2"/>
  <sweep name="kind" values="E EF"/>
  <stage id="train" program="toy"><option name="word" value="\${base}\${L}"/><input file="data.txt"/></stage>
  <stage id="model" program="toy" publish="models/\${L}\${kind}.txt">
    <input stage="train"/><option name="word" value="\${kind}"/><option name="word" value="$1"/>
  </stage>
  <stage id="defect" program="toy"><input stage="model" as="potential" prefix="ace:"/></stage>
  <stage id="report" program="toy" publish="."><option name="folder"/><input stage="defect" collect="all"/></stage>
</pipeline>
XML
}
ran() { wc -l < toy.log; : > toy.log; }
: > toy.log

study x
farfield run study.xml 2> err || fail "first run"
[ "$(ran)" = 11 ] || fail "2 + 4 + 4 + 1 stages expected"
grep -q '^\[ 1/11\] train L=[12]  *[0-9.]* s$' err || fail "line of the first"
grep -q '^\[11/11\] report ' err || fail "line of the last"
grep -q 'ran 11, reused 0, failed 0' err || fail "summary"
grep -q ' potential: \[*.*si1' study/index.html || fail "published report"
[ -f study/part/a ] && [ -f study/models/1E.txt ] && [ -f study/models/2EF.txt ] || fail "published files"
[ -z "$(ls study/store/scratch)" ] || fail "scratch is left"

farfield run study.xml 2> err
[ "$(ran)" = 0 ] || fail "nothing to do"
grep -q 'ran 0, reused 11' err || fail "all reused"
[ "$(grep -c reused err)" = 12 ] || fail "a line each"

# A changed option: models and what depends on them.
study y
farfield run study.xml --dry-run > plan 2> err
grep -q '^reuse  train L=1 .*study/store/objects/' plan || { cat plan; exit 1; }
grep -q '^run    model L=1 kind=E .*option word E, x -> E, y' plan || { cat plan; exit 1; }
grep -q '^run    defect L=1 kind=E .*file potential is made anew' plan || { cat plan; exit 1; }
grep -q '^9 to run, 2 to reuse' plan || { cat plan; exit 1; }
[ "$(ran)" = 0 ] || fail "a dry run runs nothing"
farfield run study.xml --explain report > plan
grep -q 'input 1 (defect L=1 kind=E) is made anew' plan || { cat plan; exit 1; }
farfield run study.xml 2> err
[ "$(ran)" = 9 ] || fail "models, defects, report"

# Back again: everything is still there.
study x
farfield run study.xml 2> err
[ "$(ran)" = 0 ] || fail "the earlier results are still there"
grep -q '1' study/models/1E.txt

# A changed input file, a changed program, a changed value.
echo beta > data.txt
farfield run study.xml --explain train > plan
grep -q 'input 1 (data.txt) changed' plan || { cat plan; exit 1; }
farfield run study.xml 2> err; [ "$(ran)" = 11 ] || fail "all depends on the file"
echo '# another build' >> programs/farfield-toy
farfield run study.xml --explain train > plan
grep -q 'executable changed' plan || { cat plan; exit 1; }
farfield run study.xml --explain report > plan
farfield run study.xml --set base=w --explain train > plan
grep -q 'option word si1 -> w1' plan || { cat plan; exit 1; }
# The program's new digest asks for a new run of the first stages; their results are the same, so
# nothing else would differ if the program were another one. Here it is the same for all.
farfield run study.xml 2> err; [ "$(ran)" = 11 ] || fail "a new program"

# Fewer values, one stage, other places.
farfield run study.xml --set L=2 --set kind="EF" 2> err
grep -q 'ran 1, reused 3' err || fail "only the report sees fewer"
: > toy.log
farfield run study.xml --to train --directory other 2> err
[ "$(ran)" = 2 ] || fail "--to"
[ ! -e other/index.html ] || fail "--to publishes no report"
farfield run study.xml -C third --store study/store 2> err
[ "$(ran)" = 0 ] || fail "another directory, the same store"
cmp third/part/a study/part/a 2> /dev/null || [ -f third/part/a ] || fail "published from the store"

# What one result published and the next does not is taken back, unless somebody changed it.
scaled() { sed "s|<option name=\"folder\"/>|&<option name=\"scale\" value=\"$1\"/>|" study.xml > scaled.xml; }
scaled 2 && farfield run scaled.xml 2> err || fail "another report"
[ -f study/part/2 ] && [ ! -e study/part/a ] || fail "the file of the earlier report is taken back"
echo mine >> study/part/2
scaled 3 && (cd / && farfield run "$OLDPWD/scaled.xml" -C "$OLDPWD/study") 2> err || fail "a third report"
[ -f study/part/3 ] && grep -q mine study/part/2 || fail "what somebody changed stays"
farfield run study.xml --list > list
grep -q '^sweep  L  *1 2' list && grep -q '^stage  model  *toy  *4 instances of L, kind' list || { cat list; exit 1; }
farfield run study.xml --graph > graph
grep -q '"model" -> "defect" \[label="potential"\]' graph || { cat graph; exit 1; }
grep -q '"defect" -> "report" \[label="", style=bold\]' graph || { cat graph; exit 1; }
