#!/bin/sh
# An index over many reports: how long it takes to write, how large it is, how soon it opens. `make bench-site REPORTS=10000`.
# The reports are copies of one real report of some hundred kilobytes with a digest of its own in each: what `site` reads of a
# report is what differs, the rest of the file is only there.
# Usage: bench.sh PROGRAM REPORTS FOLDER
set -eu
program=$1 n=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$folder"
mkdir -p "$folder"
node "$here/make.mjs" "$program" "$n" "$folder/site"
for run in first again; do
    echo "$n reports, $run:"
    { time -p "$program" site "$folder/site" --title "$n reports"; } 2>&1
done
ls -l "$folder/site/index.html" "$folder/site/index.json" "$folder/site/feed.xml" | awk '{ print $5, $NF }'
