. tests/bench/case.sh
# What a reader of a report of 50k samples waits for, in headless chromium: tests/browser/bench_reader.js says what is measured.
[ -d tests/browser/node_modules/puppeteer-core ] || skip "no puppeteer-core here (cd tests/browser && npm ci)"
[ -x /usr/bin/chromium ] || skip "no chromium here"
real cpu-big.perf.txt.gz
"$PROGRAM" build -q "$file" -o "$WORK/r.html"
node tests/browser/bench_reader.js "$WORK/r.html" "$RUNS" | while read -r line; do figure $line; done
done_
