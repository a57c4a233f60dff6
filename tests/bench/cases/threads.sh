. tests/bench/case.sh
# Reading alone with one thread and with two, on plain text: wall time against wall time. And whole reports with 1, 2, 3 and 8 threads:
# the same bytes.
generated server-400mb.txt 27000 4
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || skip "one processor here"
t=$(measure "$TOOLS/parse" "$file" 1 -- "$TOOLS/parse" "$file" 2)
figure one-wall "$(field "$t" 1 2)" s
figure two-wall "$(field "$t" 2 2)" s
figure speedup "$(calc "$(field "$t" 1 2) / $(field "$t" 2 2)")" x
figure cpu-of-two-per-one "$(calc "$(field "$t" 2 1) / $(field "$t" 1 1)")" x
for n in 1 2 3 8; do
    "$PROGRAM" build -q --threads $n "$file" -o "$WORK/$n.html"
    cksum <"$WORK/$n.html"
done | sort -u | wc -l >"$WORK/kinds"
figure different-reports "$(tr -d ' ' <"$WORK/kinds")"
done_
