. tests/bench/case.sh
# The same for five million samples: text of a busy host, piped into the program, the report kept.
[ -d tests/browser/node_modules/puppeteer-core ] || skip "no puppeteer-core here (cd tests/browser && npm ci)"
[ -x /usr/bin/chromium ] || skip "no chromium here"
report=$DATA/browser-5m.html
if [ ! -e "$report" ] || [ "$PROGRAM" -nt "$report" ]; then
    "$TOOLS/gen" 500000 10 8 20000 | "$PROGRAM" build -q - -o "$report.part"
    mv "$report.part" "$report"
fi
figure report "$(bytes "$report")" bytes
node tests/browser/bench_reader.js "$report" "$RUNS" | while read -r line; do figure $line; done
done_
