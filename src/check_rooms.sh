#!/bin/sh
# Fails when a file includes a header of a room below its own, or a library header that FOREIGN gives to others.
# Usage: src/check_rooms.sh   (from the top of the tree)
set -eu
awk '
FILENAME == "src/ROOMS" { if ($0 !~ /^#/ && NF) order[$1] = ++n; next }
FILENAME == "src/FOREIGN" { if ($0 !~ /^#/ && NF) for (i = 2; i <= NF; i++) may[$1, $i] = 1; if (NF && $0 !~ /^#/) foreign[$1] = 1; next }
FNR == 1 {
    split(FILENAME, part, "/"); room = part[2]
    if (!(room in order)) { print FILENAME ": error: room \047" room "\047 is not in src/ROOMS"; bad = 1 }
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\""); name = quoted[2]
    if (name in foreign) {
        if (!((name, FILENAME) in may)) { print FILENAME ":" FNR ": error: \"" name "\" belongs to other files (see src/FOREIGN)"; bad = 1 }
        next
    }
    if (split(name, at, "/") > 1) {
        if (!(at[1] in order)) { print FILENAME ":" FNR ": error: include of unknown room \047" name "\047"; bad = 1 }
        else if (order[at[1]] > order[room]) { print FILENAME ":" FNR ": error: room \047" room "\047 may not look down into \047" at[1] "\047"; bad = 1 }
    } else { print FILENAME ":" FNR ": error: write the room, as in \"base/str.h\""; bad = 1 }
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    sub(/^[^<]*</, ""); sub(/>.*/, ""); name = $0; leaf = name; sub(/.*\//, "", leaf)
    std = " assert.h ctype.h errno.h fcntl.h float.h inttypes.h limits.h locale.h math.h pthread.h sched.h stdatomic.h setjmp.h signal.h spawn.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h sys/stat.h sys/types.h sys/wait.h time.h unistd.h poll.h dirent.h glob.h sys/mman.h "
    if (index(std, " " name " ")) next
    if (!(leaf in foreign)) { print FILENAME ":" FNR ": error: header <" name "> is not in src/FOREIGN"; bad = 1 }
    else if (!((leaf, FILENAME) in may)) { print FILENAME ":" FNR ": error: <" name "> belongs to other files (see src/FOREIGN)"; bad = 1 }
}
END { exit bad }
' src/ROOMS src/FOREIGN $(find src -mindepth 2 -name '*.[ch]' | LC_ALL=C sort)
