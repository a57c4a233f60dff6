. tests/bench/case.sh
# Reading alone, on one thread, against read(2) and memchr over the same text: the share of that speed.
generated server-100mb.txt 27000
t=$(measure "$TOOLS/scan" "$file" -- "$TOOLS/parse" "$file" 1)
figure server-scan-cpu "$(field "$t" 1 1)" s
figure server-parse-cpu "$(field "$t" 2 1)" s
figure server-share "$(calc "100 * $(field "$t" 1 1) / $(field "$t" 2 1)")" %
real cpu-big.perf.txt.gz
t=$(measure "$TOOLS/scan" "$file" -- "$TOOLS/parse" "$file" 1)
figure cpu-big-scan-cpu "$(field "$t" 1 1)" s
figure cpu-big-parse-cpu "$(field "$t" 2 1)" s
figure cpu-big-share "$(calc "100 * $(field "$t" 1 1) / $(field "$t" 2 1)")" %
done_
