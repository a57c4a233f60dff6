. tests/bench/case.sh
# The peak of memory hangs on samples and on nodes of the trie of stacks, never on the text: 100 MB, and 2 GB of the same samples again and
# again, later each time. The bound is 64 MB + 24 bytes a sample + 48 bytes a node.
peak() { # NAME FILE-OR-GEN-ARGUMENTS
    name=$1
    shift
    "$TOOLS/gen" "$@" >"$DATA/memory.part"
    t=$(RUNS=1 measure "$PROGRAM" build -q "$DATA/memory.part" -o "$WORK/r.html")
    size=$(bytes "$DATA/memory.part")
    rm -f "$DATA/memory.part"
    nodes=$("$PROGRAM" inspect "$WORK/r.html" | sed -n 's/.* \([0-9]*\) trie nodes.*/\1/p')
    kb=$(field "$t" 1 3) allowed=$(awk "BEGIN { printf \"%d\", (64e6 + 24 * $1 * $2 + 48 * $nodes) / 1024 }")
    figure "$name-text" "$size" bytes
    figure "$name-peak" "$kb" KB
    figure "$name-of-allowed" "$(calc "100 * $kb / $allowed")" %
}
peak 100mb 27000 1
peak 2gb 27000 20
done_
