. tests/bench/case.sh
# What a reader of a report of 500k samples waits for.
needs_chromium
real mix-active.perf.txt.zst
"$PROGRAM" build -q "$file" -o "$WORK/r.html"
reader "$WORK/r.html"
done_
