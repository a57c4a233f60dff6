. tests/bench/case.sh
# A build of 1.26 GB of text against FlameGraph's stackcollapse-perf.pl, where the variable STACKCOLLAPSE names it. It takes half a
# minute or more and some gigabytes, so it runs once.
[ -n "${STACKCOLLAPSE:-}" ] || skip "STACKCOLLAPSE does not name a stackcollapse-perf.pl"
real mix-active.perf.txt.zst
t=$(RUNS=1 measure perl "$STACKCOLLAPSE" "$file" -- "$PROGRAM" build -q "$file" -o "$WORK/r.html")
figure perl-cpu "$(field "$t" 1 1)" s
figure perl-memory "$(field "$t" 1 3)" KB
figure build-cpu "$(field "$t" 2 1)" s
figure perl-per-build "$(calc "$(field "$t" 1 1) / $(field "$t" 2 1)")" x
done_
