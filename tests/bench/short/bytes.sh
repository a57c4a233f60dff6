. tests/bench/case.sh
# Bytes of whole reports: of a generated server, and of the example.
generated server-4mb.txt 2000
"$PROGRAM" build -q "$file" -o "$WORK/r.html"
figure server "$(bytes "$WORK/r.html")" bytes
"$PROGRAM" build -q examples/quickstart/report.yaml -o "$WORK/r.html"
figure quickstart "$(bytes "$WORK/r.html")" bytes
done_
