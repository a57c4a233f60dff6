# A night of a made-up service as text of perf script, the same for the same SEED: some 22,000 samples in 60 s.
#   awk -v SEED=7 -v SLOW=0.03 -f night.awk > night.perf.txt
# SLOW: share that shop::Cart::total takes from all others. Also: CPUS (4), HZ (100), EVENT (cpu-clock), SECONDS (60), BARE
# (share of leaves without a name), NAME (of one more function).
function dice() { x = (x * 16807) % 2147483647; return x / 2147483647 }
BEGIN {
    if (!CPUS) CPUS = 4
    if (!HZ) HZ = 100
    if (!SECONDS) SECONDS = 60
    if (EVENT == "") EVENT = "cpu-clock"
    x = SEED * 7919 + 17
    for (i = 0; i < 20; i++) dice()
    n = split("json::parse:20 shop::Cart::total:4 shop::Stock::find:22 db::Row::decode:14 tls::encrypt:9 html::escape:8 " \
        "memcpy:6 malloc:5 free:4 shop::Order::price:5 log::line:3", f, " ")
    for (i = 1; i <= n; i++) {
        at = match(f[i], /:[0-9]+$/)
        name[i] = substr(f[i], 1, at - 1)
        usual[i] = substr(f[i], at + 1)
    }
    if (NAME != "") { name[++n] = NAME; usual[n] = 4 }
    printf "# nrcpus online : %d\n#\n", CPUS
    for (t = 0; t < SECONDS * HZ; t++) {
        if (t % HZ == 0) { # the mix of each second
            sum = 0
            for (i = 1; i <= n; i++) sum += w[i] = usual[i] * (0.8 + 0.4 * dice())
        }
        for (c = 0; c < CPUS; c++) {
            if (dice() < 0.08) continue
            i = 2
            if (dice() >= SLOW) {
                at = dice() * sum
                for (i = 1; i < n && at >= w[i]; i++) at -= w[i]
            }
            lib = i >= 7 && i <= 9 ? "/lib/libc.so.6" : "/opt/shop/bin/shop"
            leaf = BARE && dice() < BARE ? "[unknown]" : name[i]
            printf "shop 100/10%d [%03d] %d.%06d: %s: \n\t 401000 %s+0x1 (%s)\n\t 402000 shop::serve+0x2 (/opt/shop/bin/shop)\n" \
                "\t 403000 main+0x3 (/opt/shop/bin/shop)\n\n", c, c, 1000 + t / HZ, t % HZ * 1000000 / HZ, EVENT, leaf, lib
        }
    }
}
