#!/bin/sh
# The examples of the documentation as TAP. Each fenced ```yaml block is a spec that must build. The files it names are put
# beside it: profiles are copies of tiny.perf.txt, reports made of it, notes a line of Markdown, metrics two numbers. Each ```console block is commands
# (after "$ ") and what they print, word for word; they run in a folder with the nights that night.awk makes.
# Then the names of tests in docs/design.md.
# Usage: tests/golden/docs.t      PROGRAM=path of the program
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
PROGRAM=${PROGRAM:-$TOP/build/flamepress}
case $PROGRAM in /*) ;; *) PROGRAM=$TOP/$PROGRAM ;; esac
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$TOP" || exit 1
for doc in README.md docs/*.md; do
    awk -v base="$root/$(basename "$doc" .md)" '
        /^```/ { if (open) close(open); if (!open && $0 == "```yaml") { open = sprintf("%s-%03d.yaml", base, NR); next } open = ""; next }
        open { print > open }' "$doc"
done
cd "$root" || exit 1
n=0 status=0
for spec in *.yaml; do
    [ -e "$spec" ] || continue
    n=$((n + 1))
    case=${spec%.yaml}
    mkdir "$case"
    mv "$spec" "$case/report.yaml"
    # `|| [ -n ]`: the last line may have no newline.
    grep -E 'source:|notes:|base:|target:' "$case/report.yaml" | grep -oE '[][A-Za-z0-9_.*/-]+\.(txt|gz|zst|md|html|json|data|folded|cpuprofile|yaml|csv)' |
        tr -d '[]' | tr '*' 1 | sort -u | while read -r file; do
        mkdir -p "$case/$(dirname "$file")"
        case $file in
            *.md) echo "Some [notes](#t=0..1)." >"$case/$file" ;;
            *.html) "$PROGRAM" "$TOP/tests/golden/tiny.perf.txt" -o "$case/$file" ;;
            *.csv) printf 'ts,p99_ms,queue\n0.5,12,3\n1,14,4\n' >"$case/$file" ;;
            *.gz) gzip -n <"$TOP/tests/golden/tiny.perf.txt" >"$case/$file" ;;
            *) cp "$TOP/tests/golden/tiny.perf.txt" "$case/$file" ;;
        esac
    done
    if (cd "$case" && "$PROGRAM" build report.yaml -o report.html) >log 2>&1; then
        echo "ok $n - $case"
    else
        status=1
        echo "not ok $n - $case"
        sed 's/^/#   /' log
    fi
done
# Each test that design.md names for a fault is there, and each of flamescope_test.c is named. Of other files: `file`, or
# `file`: the title of the test in it.
n=$((n + 1))
sed -n '/^## FlameScope.s faults/,/^## Safety/s/^| .* | \(.*\) |$/\1/p' "$TOP/docs/design.md" | tr ';' '\n' | sed 's/^ *//' |
    sort -u >named
sed -n 's/^static void test_\([a-z0-9_]*\)(.*/`\1`/p' "$TOP/tests/unit/flamescope_test.c" | sort >there
{ grep -v / named | grep '`' | diff there - | sed 's/^</not named: /; s/^>/not there: /' | grep '^not'
    grep / named | tr -d '`' | while IFS= read -r line; do
        file=${line%%:*} title=${line#"$file"}
        [ -e "$TOP/$file" ] && { [ -z "$title" ] || grep -qF "test(\"${title#: }\"" "$TOP/$file"; } || echo "not there: $line"
    done; } >log
if [ -s there ] && [ ! -s log ]; then
    echo "ok $n - faults"
else
    status=1
    echo "not ok $n - faults"
    sed 's/^/#   /' log
fi

mkdir shop shop/nights bin
ln -s "$PROGRAM" bin/flamepress
PATH=$root/bin:$PATH
night() { awk -v SEED="$1" -v SLOW="$2" -v CPUS="$3" -f "$TOP/tests/golden/night.awk"; }
for i in 1 2 3 4 5; do night $i 0 4 | flamepress -q - -o shop/nights/2026-11-1$i.html; done
night 9 0.03 4 | flamepress -q - -o shop/slow.html
night 9 0 8 >shop/big.perf.txt
for doc in "$TOP"/docs/*.md; do
    awk -v base="$root/$(basename "$doc" .md)" '
        /^```/ { if (open) close(open); if (!open && $0 == "```console") { open = sprintf("%s-%03d.console", base, NR); next } open = ""; next }
        open { print > open }' "$doc"
done
for session in *.console; do
    [ -e "$session" ] || continue
    n=$((n + 1))
    sed -n 's/^\$ //p' "$session" >commands
    # Each command is told before it runs, and $? is that of the one before.
    awk '{ gsub(/\047/, "\047\\\047\047"); print "printf \047$ %s\\n\047 \047" $0 "\047" }' commands >told
    paste -d '\n' told commands | sed 's/^printf.*/s=$?; &; (exit $s)/' >script
    (cd shop && sh ../script) >came 2>&1
    if cmp -s came "$session"; then
        echo "ok $n - ${session%.console}"
    else
        status=1
        echo "not ok $n - ${session%.console}"
        diff "$session" came | sed 's/^/#   /'
    fi
done
echo "1..$n"
[ "$n" -gt 0 ] || { echo "# no examples found"; status=1; }
exit $status
