. tests/bench/case.sh
# A build of 1.26 GB of text against counting its lines, as whole processes; and stackcollapse-perf.pl beside them where the
# variable STACKCOLLAPSE names it (it takes four minutes a run).
real mix-active.perf.txt.zst
t=$(measure wc -l "$file" -- "$PROGRAM" build -q "$file" -o "$WORK/r.html")
wc=$(field "$t" 1 1) ours=$(field "$t" 2 1)
figure wc-cpu "$wc" s
figure build-cpu "$ours" s
figure build-wall "$(field "$t" 2 2)" s
figure build-cpu-per-wc "$(calc "$ours / $wc")" x
figure build-memory "$(field "$t" 2 3)" KB
figure report "$(bytes "$WORK/r.html")" bytes
if [ -n "${STACKCOLLAPSE:-}" ]; then
    t=$(RUNS=1 measure wc -l "$file" -- perl "$STACKCOLLAPSE" "$file" -- "$PROGRAM" build -q "$file" -o "$WORK/r.html")
    figure stackcollapse-cpu "$(field "$t" 2 1)" s
    figure stackcollapse-per-build "$(calc "$(field "$t" 2 1) / $(field "$t" 3 1)")" x
fi
done_
