. tests/bench/case.sh
# What a reader of a report of 50k samples waits for.
needs_chromium
real cpu-big.perf.txt.gz
"$PROGRAM" build -q "$file" -o "$WORK/r.html"
reader "$WORK/r.html"
done_
