#!/bin/sh
# A fortnight of nights, as a job in CI would have left it: fourteen times examples/ci/nightly.sh, with recordings that are made
# here. From the tenth night on shop::Cart::total takes three points more of the CPU: the gate says so that night, the index
# from the twelfth on. `make demo-site` runs it.
# Usage: fortnight.sh SITE
set -eu
site=${1:?usage: fortnight.sh SITE}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for night in 01 02 03 04 05 06 07 08 09 10 11 12 13 14; do
    slow=0 expected=0
    [ "$night" -lt 10 ] || { slow=0.04 expected=4; }
    awk -v NIGHT="$night" -v SLOW=$slow ${SECONDS_:+-v SECONDS="$SECONDS_"} -f "$here/shop.awk" | gzip -n > "$work/shop.perf.txt.gz"
    status=0
    RECORDING="$work/shop.perf.txt.gz" DATE=2026-11-${night}T03:00:00Z GROUP=shop HOST=shop-$((${night#0} % 3 + 1)) \
        COMMIT=$(printf '%07x' $((0x3f2c1ab + ${night#0} * 65537 % 9999))) TITLE="Nights of the shop" GATE="$work" \
        sh "$here/../ci/nightly.sh" "$site" > "$work/log" 2>&1 || status=$?
    [ "$status" -eq "$expected" ] || { cat "$work/log" >&2; echo "night $night: exit $status, expected $expected" >&2; exit 1; }
done
tail -n 2 "$work/log" | head -n 1
