. tests/bench/case.sh
# The same for fifty million samples (some 30 GB of text, two to ten minutes): text of a busy host, piped into the program, the report kept.
[ -d tests/browser/node_modules/puppeteer-core ] || skip "no puppeteer-core here (cd tests/browser && npm ci)"
[ -x /usr/bin/chromium ] || skip "no chromium here"
report=$DATA/browser-50m.html
if [ ! -e "$report" ] || [ "$PROGRAM" -nt "$report" ]; then
    "$TOOLS/gen" 5000000 10 8 20000 | "$PROGRAM" build -q - -o "$report.part"
    mv "$report.part" "$report"
fi
figure report "$(bytes "$report")" bytes
node tests/browser/bench_reader.js "$report" "$RUNS" | while read -r line; do figure $line; done
done_
