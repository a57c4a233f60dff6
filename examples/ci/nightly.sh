#!/bin/sh
# One night: record, build, gate, publish into a folder, prune. For cron as it is, for CI between fetching and pushing that folder.
# Usage: nightly.sh SITE        SITE: the folder that is published; made when it is not there
# Exit: 0 published; 4 published, and it is a regression; 1 to 3 nothing was touched, yesterday's page is as it was.
#
# Variables, all optional:
#   RECORDING  a recording to take in place of running perf: whatever flamepress reads
#   SECONDS_   how long to record (60);  RATE  in Hz (49)
#   DATE       when it is (now), as 2026-11-19T03:00:00Z;  GROUP  what is recorded;  HOST  where;  COMMIT  of what
#   POOL       so many of the last good nights are the base (7);  FAIL_ON  what is a regression (share > +1pp)
#   ACCEPT     2026-11-20: nights from that day on are good, whatever the gate said of them
#   KEEP       how long reports stay (90d);  TITLE  of the index;  GATE  where gate.md and gate.xml go (.)
set -eu
site=${1:?usage: nightly.sh SITE}
mkdir -p "$site" "${GATE:-.}"
site=$(cd "$site" && pwd) gate=$(cd "${GATE:-.}" && pwd)
date=${DATE:-$(date -u +%Y-%m-%dT%H:%M:%SZ)} group=${GROUP:-} pool=${POOL:-7} rule=${FAIL_ON:-share > +1pp}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

fail() { echo "nightly: $*; $site is as it was" >&2; exit 1; }
yaml() { printf "'%s'" "$(printf '%s' "$1" | tr '\n' ' ' | sed "s/'/''/g")"; }

# ---- record
if [ -n "${RECORDING:-}" ]; then
    source=$(basename "$RECORDING")
    cp "$RECORDING" "$work/$source" || fail "no recording"
else
    source=night.perf.txt.gz
    perf record -q -F "${RATE:-49}" -a -g -o "$work/perf.data" -- sleep "${SECONDS_:-60}" || fail "perf record failed"
    perf script --header -i "$work/perf.data" > "$work/night.perf.txt" || fail "perf script failed"
    gzip "$work/night.perf.txt"
fi

# ---- the pool: index.json has a report a line, the newest first
good() {
    [ -e "$site/index.json" ] || return 0
    grep -E '"status":"(ok'"${ACCEPT:+|regression}"')"' "$site/index.json" | { [ -z "$group" ] && cat || grep -F "[\"group\",\"$group\"]"; } |
        sed -n 's/^,*{"path":"\([^"\\]*\)","title":.*,"date":"\([^"]*\)".*/\2 \1/p' |
        awk -v from="${ACCEPT:-}" -v before="$date" '$1 >= from && $1 < before { sub(/^[^ ]* /, ""); print }' | head -n "$pool"
}
good > "$work/pool" || true
n=0
while IFS= read -r path; do
    ln -s "$site/$path" "$work/$(basename "$path")" && n=$((n + 1))
done < "$work/pool"

# ---- build
{
    echo "title: $(yaml "${group:-Profile}, ${date%T*}")"
    echo "meta:"
    echo "  date: $date"
    [ -z "$group" ] || echo "  group: $(yaml "$group")"
    echo "  host: $(yaml "${HOST:-$(uname -n)}")"
    [ -z "${COMMIT:-}" ] || echo "  commit: $(yaml "$COMMIT")"
    echo "profiles:"
    echo "  - {id: tonight, source: $(yaml "$source")}"
    if [ "$n" -gt 0 ]; then
        echo "compare:"
        echo "  - title: $(yaml "Tonight against $n before")"
        echo "    target: tonight"
        echo "    fail_on: $(yaml "$rule")"
        echo "    base:"
        while IFS= read -r path; do echo "      - $(yaml "$(basename "$path")")"; done < "$work/pool"
    fi
} > "$work/night.yaml"
name=$(printf '%s' "$date" | tr -d ':' | cut -c 1-15)${group:+-$(printf '%s' "$group" | tr -c 'A-Za-z0-9._\n-' _)}.html
flamepress build -q "$work/night.yaml" -o "$work/$name" || fail "there is no report of tonight"

# ---- gate: what the report shows, for a pull request, a step summary, a test report
status=0
if [ "$n" -gt 0 ]; then
    set --
    while IFS= read -r path; do set -- "$(basename "$path")" "$@"; done < "$work/pool"
    (cd "$work" && flamepress diff "$@" "$name" --fail-on "$rule" --format markdown -o "$gate/gate.md") || status=$?
    (cd "$work" && flamepress diff "$@" "$name" --fail-on "$rule" --format junit -o "$gate/gate.xml") || true
    case $status in 0 | 4 | 5) ;; *) fail "the gate failed" ;; esac
else
    echo "No night to compare with yet." > "$gate/gate.md"
fi

# ---- publish: whole or not at all, then the index, then what is too old
mkdir -p "$site/nights"
cp "$work/$name" "$site/nights/.$name.$$"
mv -f "$site/nights/.$name.$$" "$site/nights/$name"
flamepress site "$site" --keep "${KEEP:-90d}" --prune ${TITLE:+--title "$TITLE"}

case $status in
    4) echo "nightly: a regression, see gate.md and $site/nights/$name" >&2; exit 4 ;;
    5) echo "nightly: tonight cannot be judged, see gate.md" >&2 ;;
esac
