# Killed at any point, a study goes on where it was; two runs at once share a store.
set -u
. "$FARFIELD_TOP/tests/helpers.sh"
evidence=err
mkdir programs && cp "$FARFIELD_TOP/tests/cli/toy_stage" programs/farfield-toy && chmod +x programs/farfield-toy
export FARFIELD_PROGRAMS="$PWD/programs" TOY_LOG="$PWD/toy.log"
cat > study.xml <<'XML'
<pipeline xmlns="urn:farfield:pipeline:1" name="study">
  <let name="sleep" value="0"/>
  <let name="pause" value="0"/>
  <sweep name="n" values="1 2 3 4"/>
  <stage id="first" program="toy"><option name="word" value="${n}"/><option name="sleep" value="${sleep}"/></stage>
  <stage id="slow" program="toy"><input stage="first" collect="all"/><option name="sleep" value="${pause}"/></stage>
  <stage id="last" program="toy" publish="last.txt"><input stage="slow"/></stage>
</pipeline>
XML
# Waits until the pattern is in the file.
await() { tries=0; until grep -q "$1" "$2" 2> /dev/null; do
    tries=$((tries + 1)); [ $tries -lt 100 ] || fail "waited in vain for $1"; sleep 0.05; done; }

farfield run study.xml --set pause=20 2> err &
runner=$!
await '\[4/6\]' err
kill -KILL $runner; wait $runner 2> /dev/null
[ ! -e study/last.txt ] || fail "not published yet"
farfield run study.xml 2> err || fail "goes on"
grep -q 'ran 2, reused 4' err || fail "the four finished ones are reused"
[ -f study/last.txt ] || fail "published"

# Asked to end: the children end too, nothing half-done stays, and the signal is passed on.
for signal in TERM INT; do
    rm -rf study; : > err
    # A shell starts background commands with SIGINT ignored; this one is to be interrupted.
    python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL); os.execvp(sys.argv[1], sys.argv[1:])' \
        farfield run study.xml --set pause=21.5 2> err &
    runner=$!
    await '\[4/6\]' err
    sleep 0.3
    kill -$signal $runner; wait $runner
    code=$?
    [ $code = 143 ] || [ $code = 130 ] || fail "SIG$signal gave exit code $code"
    grep -q 'interrupted' err || fail "says so"
    [ -z "$(ls study/store/scratch)" ] || fail "scratch is left"
    ! pgrep -f 'sleep 21.5' > /dev/null || fail "a child is left"
done

# What a killed run left behind is cleared by the next.
mkdir -p study/store/scratch/abandoned && echo x > study/store/scratch/abandoned/0.result
farfield run study.xml 2> err || fail "after the signals"
[ -z "$(ls study/store/scratch)" ] || fail "scratch is not cleared"

# Two at once.
rm -rf study; : > toy.log
farfield run study.xml --set sleep=0.2 2> err1 & one=$!
farfield run study.xml --set sleep=0.2 2> err & two=$!
wait $one || { cat err1; exit 1; }
wait $two || fail "the second of two"
farfield run study.xml 2> err
grep -q 'ran 0, reused 6' err || fail "both left a sound store"
