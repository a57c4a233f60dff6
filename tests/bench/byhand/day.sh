. tests/bench/case.sh
# 24 hours of a big host, 50 million samples, piped into stdin: 30 GB of text that is never on a disk. By hand, since it takes minutes:
# make bench CASE=day. DAY_SAMPLES asks for fewer. The report of all of them is kept: browser-50m opens it.
n=${DAY_SAMPLES:-50000000}
report=$WORK/r.html
[ "$n" -ne 50000000 ] || report=$DATA/day.html
cat >"$WORK/one.sh" <<'Y'
"$1" build -q - -o "$2" <"$3"
Y
mkfifo "$WORK/text"
"$TOOLS/gen" "$n" 1 8 579 >"$WORK/text" &
t=$(RUNS=1 measure sh "$WORK/one.sh" "$PROGRAM" "$report" "$WORK/text")
wait
figure samples "$n"
figure wall "$(field "$t" 1 2)" s
figure cpu "$(field "$t" 1 1)" s
figure memory "$(field "$t" 1 3)" KB
figure report "$(bytes "$report")" bytes
done_
