. tests/bench/case.sh
# A build of 1.26 GB of text against counting its lines, as whole processes.
real mix-active.perf.txt.zst
t=$(measure wc -l "$file" -- "$PROGRAM" build -q "$file" -o "$WORK/r.html")
wc=$(field "$t" 1 1) ours=$(field "$t" 2 1)
figure wc-cpu "$wc" s
figure build-cpu "$ours" s
figure build-wall "$(field "$t" 2 2)" s
figure build-cpu-per-wc "$(calc "$ours / $wc")" x
figure build-memory "$(field "$t" 2 3)" KB
figure report "$(bytes "$WORK/r.html")" bytes
done_
