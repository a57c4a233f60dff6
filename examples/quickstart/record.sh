#!/bin/sh
# Records orders.perf.txt.gz again: builds the workload, runs it under perf, prints the samples as text.
# Needs perf (Debian: linux-perf), gcc and the right to profile the kernel (root, or perf_event_paranoid <= 1).
# Usage: examples/quickstart/record.sh [SECONDS]
#
# Kept of perf's header: what a reader of the report can use. Left out: what only names the machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
${CC:-gcc} -std=gnu11 -O2 -g -fno-omit-frame-pointer -fno-optimize-sibling-calls -pthread -o orders "$here/orders.c"

# Real-time priority, so that other work on the machine does not bend the picture; plain where that is not allowed.
front=''
chrt -f 1 true 2>/dev/null && front='chrt -f 1'
# shellcheck disable=SC2086
$front perf record -q -e cpu-clock -F 199 -g --sample-cpu -k mono -o perf.data -- ./orders "${1:-75}"

perf script -i perf.data --header --show-lost-events 2>/dev/null | sed -E \
    -e '/^# (captured on|hostname|os release|perf version|arch|nrcpus|cpudesc|total memory|cmdline|event|clock|reference time|========|$)/!{/^#/d}' \
    -e 's/^(# hostname :).*/\1 quickstart/' \
    -e 's/^(# os release :) ([0-9]+\.[0-9]+).*/\1 \2/' \
    -e 's|^(# cmdline :).*|\1 perf record -e cpu-clock -F 199 -g --sample-cpu -k mono -- ./orders|' \
    -e "s|\\($work/|(/srv/orders/|" |
    gzip -9n > "$here/orders.perf.txt.gz"
ls -l "$here/orders.perf.txt.gz"
