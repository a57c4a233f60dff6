. tests/bench/case.sh
# Whole reports, page and summary included, of two real recordings, at async-profiler's step and at 1 ms. Its heatmap of the same samples, names only, has
# 1,157,301 bytes (cpu-big) and 5,895,459 (mix-active): at most 45 % of that at 20 ms, 50 % at 1 ms.
report() { # FIGURE STEP
    printf 'resolution: %s\nprofiles: [{source: %s}]\n' "$2" "$file" >"$WORK/spec.yaml"
    "$PROGRAM" build -q "$WORK/spec.yaml" -o "$WORK/r.html"
    figure "$1" "$(bytes "$WORK/r.html")" bytes
}
real cpu-big.perf.txt.gz
report cpu-big-20ms 20ms
report cpu-big-1ms 1ms
real mix-active.perf.txt.zst
report mix-active-20ms 20ms
report mix-active-1ms 1ms
done_
