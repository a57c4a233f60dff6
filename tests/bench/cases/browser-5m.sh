. tests/bench/case.sh
# What a reader of a report of 5 million samples waits for: text of a busy host.
needs_chromium
generated_report browser-5m.html 500000 10 8 20000
reader "$report"
done_
