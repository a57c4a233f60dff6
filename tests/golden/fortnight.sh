# fortnight FOLDER [SLOW_FROM]: fourteen nights of a made-up service as reports, 2026-11-01 to 14; from night SLOW_FROM on one
# function takes 3 % more. For golden cases: . "$TOP/tests/golden/fortnight.sh"
fortnight() {
    mkdir -p "$1"
    for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14; do
        slow=0
        [ "$i" -lt "${2:-99}" ] || slow=0.03
        awk -v SEED="$i" -v SECONDS=30 -v SLOW=$slow -f "$TOP/tests/golden/night.awk" > night.perf.txt
        printf 'title: Checkout, night of the %s\nmeta: {date: 2026-11-%sT03:00:00Z, host: web%s, group: checkout, commit: c%s}\n' \
            "$i" "$i" "$i" "$i" > night.yaml
        printf 'profiles: [{id: night, source: night.perf.txt}]\n' >> night.yaml
        flamepress -q night.yaml -o "$1/2026-11-$i.html"
    done
    rm night.perf.txt night.yaml
}
