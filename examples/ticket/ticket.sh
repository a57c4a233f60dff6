#!/bin/sh
# From a busy server to a file on the ticket. Run it where you sit: it needs ssh to the server, perf there, flamepress here.
# Usage: ticket.sh HOST [SECONDS] [NOTE]        writes HOST-DATE.html into the current folder
# RECORDING: a recording that is here already, in place of ssh.
set -eu
host=${1:?usage: ticket.sh HOST [SECONDS] [NOTE]} seconds=${2:-30} note=${3:-Recorded while it was slow.}
date=${DATE:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}
here=$(cd "$(dirname "$0")" && pwd)
out=$PWD/$(printf '%s' "$host" | tr -c 'A-Za-z0-9._\n-' _)-$(printf '%s' "$date" | tr -d :).html
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ---- record there: nothing stays on the server
if [ -n "${RECORDING:-}" ]; then
    cp "$RECORDING" "$work/stacks.perf.txt.gz"
else
    # shellcheck disable=SC2029
    ssh "$host" "t=\$(mktemp) && sudo perf record -q -F 49 -a -g -o \$t -- sleep $seconds && sudo perf script --header -i \$t | gzip; sudo rm -f \$t" \
        > "$work/stacks.perf.txt.gz"
fi

# ---- press here
quote() { printf "'%s'" "$(printf '%s' "$1" | tr '\n' ' ' | sed "s/'/''/g")"; }
sed "s|^title:.*|title: $(quote "$host, ${date%T*}" | sed 's/[&|\\]/\\&/g')|; s|^notes:.*|notes: $(quote "$note" | sed 's/[&|\\]/\\&/g')|" "$here/ticket.yaml" > "$work/ticket.yaml"
flamepress check "$work/ticket.yaml"
flamepress build "$work/ticket.yaml" -o "$out"

# ---- what to look at first, as text for the ticket
flamepress inspect "$out" | sed -n '/stands out/,/^$/p' | head -n 12
echo "attach $out"
