#!/bin/sh
# Makes the pictures of docs/findings.md: the heatmap of the static summary, of some patterns of the gallery.
# Usage: docs/pictures/findings.sh   (from the top of the tree, after `make demo-reports`)
set -eu
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in fixed-500ms busy-heavy perturb blocked periodic-load; do
    "$build/flamepress" build -q "$build/demo/gallery/$name.perf.txt" -o "$work/$name.html"
    awk '/<svg/ { on = 1; sub(/.*<svg/, "<svg xmlns=\"http://www.w3.org/2000/svg\"") }
         on && /<\/svg>/ { sub(/<\/svg>.*/, "</svg>"); print; exit }
         on' "$work/$name.html" > "docs/pictures/findings-$name.svg"
done
