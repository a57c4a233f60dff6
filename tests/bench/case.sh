# What a case of the bench can use; `. tests/bench/case.sh` is its first line. See tests/bench/run for how one is added.
#   $PROGRAM    the program under test        $TOOLS   folder of the bench's own programs (gen, measure, scan, parse)
#   $WORK       a folder of this case, removed at its end       $DATA   a folder that is kept between runs
#   $RUNS       how often a thing is measured (medians)
# shellcheck shell=sh
TOOLS=${BUILD:-build}/tests/bench
PROGRAM=${PROGRAM:-${BUILD:-build}/flamepress}
DATA=${BENCH_DATA:-${TMPDIR:-/tmp}/flamepress-bench}
PROFILES=${PROFILES:-../shared/profiles}
RUNS=${RUNS:-5}
mkdir -p "$DATA"
WORK=$(mktemp -d)
finished=
trap 'rm -rf "$WORK"; [ -z "$finished" ] || echo "$CASE done"' EXIT

figure() { echo "$CASE $*"; } # MEASURE VALUE [UNIT]
note() { echo "# $CASE: $*"; }
skip() { echo "SKIP: bench $CASE: $*"; exit 0; }
done_() { finished=1; }

calc() { awk "BEGIN { printf \"%.3f\", $1 }"; }
bytes() { wc -c <"$1" | tr -d ' '; }
field() { printf '%s\n' "$1" | awk -v line="$2" -v column="$3" 'NR == line { print $column }'; } # TABLE LINE COLUMN

# Medians of $RUNS runs of commands in turn (apart by --), a line for each: CPU seconds, wall seconds, KB.
measure() { "$TOOLS/measure" "$RUNS" "$@"; }

# A real recording as plain text, unpacked once into $DATA; its path in $file. Skips the case where it is not here.
real() { # NAME, as in PROFILES, with its ending
    [ -e "$PROFILES/$1" ] || skip "no $PROFILES/$1 here"
    file=$DATA/${1%.*}
    [ -e "$file" ] || {
        case $1 in *.gz) gzip -dc "$PROFILES/$1" ;; *) zstd -qdc --long=27 "$PROFILES/$1" ;; esac >"$file.part"
        mv "$file.part" "$file"
    }
}

# Text of gen, made once; its path in $file. The name must say what it is.
generated() { # NAME GEN-ARGUMENTS...
    file=$DATA/$1
    shift
    if [ ! -e "$file" ] || [ "$TOOLS/gen" -nt "$file" ]; then
        "$TOOLS/gen" "$@" >"$file.part"
        mv "$file.part" "$file"
    fi
}

# A report of text of gen that is piped into the program and never on a disk, made once; its path in $report.
generated_report() { # NAME GEN-ARGUMENTS...
    report=$DATA/$1
    shift
    if [ ! -e "$report" ] || [ "$PROGRAM" -nt "$report" ]; then
        "$TOOLS/gen" "$@" | "$PROGRAM" build -q - -o "$report.part"
        mv "$report.part" "$report"
    fi
}

needs_chromium() {
    [ -d tests/browser/node_modules/puppeteer-core ] || skip "no puppeteer-core here (cd tests/browser && npm ci)"
    [ -x /usr/bin/chromium ] || skip "no chromium here"
}

# What a reader of a report waits for, in headless chromium: tests/browser/bench_reader.js says what is measured.
reader() { # REPORT
    figure report "$(bytes "$1")" bytes
    node tests/browser/bench_reader.js "$1" "$RUNS" | while read -r line; do figure $line; done
}

# Instructions of a command, without what starting any program takes from the loader being counted apart.
instructions() { # COMMAND...
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected :/ { print $4; found = 1 } END { exit !found }'
}
