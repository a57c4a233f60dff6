. tests/bench/case.sh
# Reading alone with one thread and with two, on plain text, then whole builds of a real recording: wall time against wall time. And whole reports
# with 1, 2, 3 and 8 threads: the same bytes.
# Long enough: what each of two readers learns by itself, 16,640 lines, is a fifth of the time of 400 MB.
generated server-1600mb.txt 108000 4
sync # or the text is still being written while it is read
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || skip "one processor here"
t=$(measure "$TOOLS/parse" "$file" 1 -- "$TOOLS/parse" "$file" 2)
figure one-wall "$(field "$t" 1 2)" s
figure two-wall "$(field "$t" 2 2)" s
figure speedup "$(calc "$(field "$t" 1 2) / $(field "$t" 2 2)")" x
figure cpu-of-two-per-one "$(calc "$(field "$t" 2 1) / $(field "$t" 1 1)")" x
different() { # FIGURE FILE
    for n in 1 2 3 8; do
        "$PROGRAM" build -q --threads $n "$2" -o "$WORK/$n.html"
        cksum <"$WORK/$n.html"
    done | sort -u | wc -l >"$WORK/kinds"
    figure "$1" "$(tr -d ' ' <"$WORK/kinds")"
}
different different-reports "$file"
real mix-active.perf.txt.zst
different different-real-reports "$file"
t=$(measure "$TOOLS/parse" "$file" 1 -- "$TOOLS/parse" "$file" 2)
figure real-speedup "$(calc "$(field "$t" 1 2) / $(field "$t" 2 2)")" x
figure real-cpu-of-two-per-one "$(calc "$(field "$t" 2 1) / $(field "$t" 1 1)")" x
t=$(measure "$PROGRAM" build -q --threads 1 "$file" -o "$WORK/r.html" -- "$PROGRAM" build -q --threads 2 "$file" -o "$WORK/r.html")
figure build-speedup "$(calc "$(field "$t" 1 2) / $(field "$t" 2 2)")" x
figure build-cpu-of-two-per-one "$(calc "$(field "$t" 2 1) / $(field "$t" 1 1)")" x
done_
