# A failing stage: its exit code, its words, and what else is still run.
set -u
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
mkdir programs && cp "$FARFIELD_TOP/tests/cli/toy_stage" programs/farfield-toy && chmod +x programs/farfield-toy
export FARFIELD_PROGRAMS="$PWD/programs" TOY_LOG="$PWD/toy.log"
cat > study.xml <<'XML'
<pipeline xmlns="urn:farfield:pipeline:1" name="study">
  <let name="code" value="4"/>
  <let name="lazy" value="0"/>
  <stage id="first" program="toy"><option name="word" value="a"/></stage>
  <stage id="bad" program="toy"><input stage="first"/><option name="fail" value="${code}"/></stage>
  <stage id="after" program="toy"><input stage="bad"/></stage>
  <stage id="apart" program="toy"><input stage="first"/><option name="scale" value="3"/></stage>
</pipeline>
XML
for code in 1 2 3 4 5; do
    farfield run study.xml -j 1 --set code=$code 2> err
    [ $? = $code ] || fail "exit code $code"
done
grep -q "^farfield-run: study.xml:5: stage 'bad' failed: exit code 5 (its words are in study/store/logs/[0-9a-f]*.log)" err ||
    fail "the message names place, stage and log"
grep -q '^bad | toy: asked to fail' err || fail "the log is shown"
grep -q 'toy: asked to fail' "$(sed -n 's/.*are in \(.*\))$/\1/p' err)" || fail "the log is kept"
grep -q 'failed 1, 2 not reached' err || fail "after is not reached, nor apart with one job"
[ -z "$(ls study/store/scratch)" ] || fail "scratch is left"

farfield run study.xml --set code=77 2> err
[ $? = 5 ] || fail "unknown exit codes are system errors"

farfield run study.xml --keep-going -j 1 2> err
[ $? = 4 ] || fail "exit code with --keep-going"
grep -q '\] apart ' err || fail "apart does not depend on bad"
grep -q 'failed 1, 1 not reached' err || fail "after is not reached"

# Mended: the finished part is reused.
farfield run study.xml --set code=0 2> err || fail "mended"
grep -q 'ran 2, reused 2' err || fail "bad and after only"

# A program that ends well without a result.
sed -i 's|<option name="scale" value="3"/>|<option name="nothing"/>|' study.xml
farfield run study.xml --set code=0 2> err
[ $? = 5 ] && grep -q "stage 'apart' failed: it wrote no result" err || fail "no result"

# Killed by a signal.
cat > programs/farfield-toy2 <<'SH'
#!/bin/sh
[ "$1" = --describe ] && { printf 'stage\ttoy2\t1\t-\t0\t-1\noutput\to\ttext\tno-effect\t-\n'; exit 0; }
kill -SEGV $$
SH
chmod +x programs/farfield-toy2
sed 's|<stage id="apart".*|<stage id="apart" program="toy2"/>|' study.xml > killed.xml
farfield run killed.xml --set code=0 2> err
[ $? = 5 ] && grep -q "killed by signal 11" err || fail "killed"

# Nothing runs when the study is wrong.
: > toy.log
check() { # XML_LINE EXIT MESSAGE
    sed "s|<stage id=\"apart\".*|$1|" study.xml > wrong.xml
    farfield run wrong.xml -C wrong 2> err
    [ $? = "$2" ] || fail "exit code of $1"
    grep -q "$3" err || fail "message of $1"
    [ ! -s toy.log ] && [ ! -e wrong ] || fail "something was done for $1"
}
check '<stage id="apart" program="none"/>' 3 'wrong.xml:7: there is no program farfield-none'
check '<stage id="apart" program="toy"><option name="words" value="1"/></stage>' 3 \
    "wrong.xml:7: farfield-toy has no option 'words', expected one of: word, scale"
check '<stage id="apart" program="toy"><option name="scale" value="x"/></stage>' 3 "expected a finite number"
check '<stage id="apart" program="toy"><input file="no.xyz"/></stage>' 3 "no.xyz' cannot be read"
check '<stage id="apart" program="toy" publish="../out"/>' 3 "publish"
farfield run study.xml --set cod=1 -C wrong 2> err
[ $? = 2 ] && grep -q "has no 'cod' to set, expected one of: code, lazy" err || fail "unknown --set"
farfield run study.xml --to nowhere -C wrong 2> err
[ $? = 2 ] && grep -q "no stage 'nowhere'" err || fail "unknown --to"
farfield run study.xml --explain nowhere -C wrong 2> err
[ $? = 2 ] || fail "unknown --explain"
farfield run none.xml 2> err
[ $? = 5 ] && grep -q "none.xml: cannot be opened" err || fail "no file"
[ ! -e wrong ] || fail "a wrong call leaves nothing"
