#!/bin/sh
# How long a build takes, in CPU seconds, how much memory at its peak, and how large the report is: medians of five.
# Usage: PROGRAM=build/flamepress tests/bench/press.sh INPUT OUTPUT.html
set -eu
program=${PROGRAM:-build/flamepress}
[ -x /usr/bin/time ] || { echo "SKIP: no /usr/bin/time here (apt-get install time)"; exit 0; }
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
for run in 1 2 3 4 5; do
    /usr/bin/time -a -o "$figures" -f '%U %S %M' "$program" build -q "$1" -o "$2"
done
median() { awk "$1" "$figures" | sort -n | sed -n 3p; }
printf '%-28s %8d bytes\n' input "$(wc -c < "$1")" report "$(wc -c < "$2")"
printf '%-28s %8.2f s\n' 'CPU' "$(median '{ print $1 + $2 }')"
printf '%-28s %8d KB\n' 'peak memory' "$(median '{ print $3 }')"
