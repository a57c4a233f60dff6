. tests/bench/case.sh
# Instructions of a build, and of reading alone, for each that scanning the same text takes: no other load on the machine
# changes them.
command -v valgrind >/dev/null || skip "no valgrind here"
generated server-4mb.txt 2000
scan=$(instructions "$TOOLS/scan" "$file")
parse=$(instructions "$TOOLS/parse" "$file" 1)
build=$(instructions "$PROGRAM" build -q "$file" -o "$WORK/r.html")
figure scan "$scan"
figure parse-per-scan "$(calc "$parse / $scan")" x
figure build-per-scan "$(calc "$build / $scan")" x
done_
