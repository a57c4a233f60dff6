# A night of a made-up shop as text of perf script, the same for the same NIGHT: some 20,000 samples of four CPUs in 60 s.
#   awk -v NIGHT=7 -v SLOW=0.03 -f shop.awk > night.perf.txt
# SLOW: share that shop::Cart::total takes from everything else, as after a bad commit.
# Seen on the heatmap: load that comes in waves, a garbage collection every ten seconds, a job at half past the minute.
function dice() { x = (x * 16807) % 2147483647; return x / 2147483647 }
function add(weight, comm, leaf, callers) { n++; usual[n] = weight; who[n] = comm; stack[n] = leaf "," callers }
function print_sample(i, t, c,    frame, k, part, at) {
    at = 86400 * NIGHT + t
    printf "%s %d/%d [%03d] %d.%06d: 10101010 cpu-clock:u: \n", who[i], 4000 + length(who[i]), 4000 + length(who[i]) + c, c, int(at), int((at - int(at)) * 1000000)
    k = split(stack[i], frame, ",")
    for (at = 1; at <= k; at++) {
        split(frame[at], part, "@")
        printf "\t%x %s+0x%x (%s)\n", 4198400 + i * 256 + at * 16, part[1], at, lib[part[2] == "" ? "shop" : part[2]]
    }
    printf "\n"
}
BEGIN {
    if (!HZ) HZ = 99
    if (!SECONDS) SECONDS = 60
    x = NIGHT * 7919 + 17
    for (i = 0; i < 20; i++) dice()
    lib["shop"] = "/opt/shop/bin/shop"; lib["json"] = "/opt/shop/lib/libjson.so.3"; lib["tls"] = "/usr/lib/x86_64-linux-gnu/libssl.so.3"
    lib["c"] = "/usr/lib/x86_64-linux-gnu/libc.so.6"; lib["pq"] = "/usr/lib/x86_64-linux-gnu/libpq.so.5"; lib["k"] = "[kernel.kallsyms]"
    serve = "shop::Router::dispatch,shop::Server::serve,start_thread@c"
    add(17, "shop", "json::Parser::value@json", "json::parse@json,shop::Api::checkout," serve)
    add(6, "shop", "json::Writer::string@json", "json::dump@json,shop::Api::reply," serve)
    add(5, "shop", "shop::Cart::total", "shop::Api::checkout," serve)
    add(9, "shop", "shop::Stock::find", "shop::Api::search," serve)
    add(6, "shop", "shop::Order::price", "shop::Api::checkout," serve)
    add(4, "shop", "shop::Session::load", "shop::Router::authenticate," serve)
    add(11, "shop", "PQgetvalue@pq", "shop::Db::rows,shop::Stock::query,shop::Api::search," serve)
    add(7, "shop", "aes_gcm_encrypt@tls", "SSL_write@tls,shop::Connection::send," serve)
    add(4, "shop", "aes_gcm_decrypt@tls", "SSL_read@tls,shop::Connection::receive," serve)
    add(5, "shop", "__memmove_avx@c", "json::Parser::value@json,json::parse@json,shop::Api::checkout," serve)
    add(5, "shop", "malloc@c", "json::Parser::value@json,json::parse@json,shop::Api::search," serve)
    add(4, "shop", "tcp_sendmsg@k", "sock_write_iter@k,ksys_write@k,__write@c,SSL_write@tls,shop::Connection::send," serve)
    add(3, "shop", "copy_user@k", "tcp_recvmsg@k,ksys_read@k,__read@c,SSL_read@tls,shop::Connection::receive," serve)
    add(3, "logger", "vfprintf@c", "shop::Log::line,shop::Log::drain,start_thread@c")
    serving = n
    add(1, "gc", "shop::Gc::mark", "shop::Gc::collect,start_thread@c"); marking = n
    add(1, "gc", "shop::Gc::sweep", "shop::Gc::collect,start_thread@c"); sweeping = n
    add(1, "report", "shop::Report::render", "shop::Report::run,start_thread@c"); reporting = n
    printf "# hostname : shop-%d\n# cmdline : perf record -F %d -a -g -- sleep %d\n# nrcpus online : 4\n#\n", 1 + NIGHT % 3, HZ, SECONDS
    for (i = 1; i <= serving; i++) tonight[i] = usual[i] * (0.98 + 0.04 * dice())
    for (t = 0; t < SECONDS * HZ; t++) {
        now = t / HZ
        if (t % HZ == 0) { # the mix and the load of each second
            sum = 0
            for (i = 1; i <= serving; i++) sum += w[i] = tonight[i] * (0.9 + 0.2 * dice())
            load = 0.62 + 0.3 * sin(now / 4.7 + NIGHT) * sin(now / 1.9) + 0.1 * dice()
        }
        in_gc = (now % 10) > 7.2 && (now % 10) < 7.6
        for (c = 0; c < 4; c++) {
            jitter = now + c * 0.002 + dice() * 0.0015
            if (in_gc) {
                if (c < 3) print_sample((now % 10) < 7.45 ? marking : sweeping, jitter, c)
                continue
            }
            if (c == 3 && now > 30 && now < 33.5) { print_sample(reporting, jitter, c); continue }
            if (dice() > load + 0.15) continue
            i = 3
            if (dice() >= SLOW) {
                at = dice() * sum
                for (i = 1; i < serving && at >= w[i]; i++) at -= w[i]
            }
            print_sample(i, jitter, c)
        }
    }
}
