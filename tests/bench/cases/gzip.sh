. tests/bench/case.sh
# A build from .gz against unpacking the same file into the void, wall time: inflating and parsing overlap on two cores.
real cpu-big.perf.txt.gz
packed=$PROFILES/cpu-big.perf.txt.gz
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || skip "one processor here"
t=$(measure gzip -dc "$packed" -- "$TOOLS/parse" "$packed" 2 -- "$PROGRAM" build -q --threads 2 "$packed" -o "$WORK/r.html")
figure gzip-wall "$(field "$t" 1 2)" s
figure reading-per-gzip "$(calc "$(field "$t" 2 2) / $(field "$t" 1 2)")" x
figure build-per-gzip "$(calc "$(field "$t" 3 2) / $(field "$t" 1 2)")" x
done_
