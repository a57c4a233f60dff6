#!/bin/sh
# Golden cases as TAP, for prove. Each folder beside this file is a case: `cmd` is run by sh in a folder that holds copies
# of the case's other files and nothing else; what it prints and its exit code must equal `stdout`, `stderr`, `exit`, byte for
# byte (no such file: nothing, and 0). Exit 77 skips, with the reason on stdout.
# In cmd: flamepress is the program under test, TOP the top of the tree.
# Usage: tests/golden/run.t [--update] [CASE...]      PROGRAM=path of the program
set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
PROGRAM=${PROGRAM:-$TOP/build/flamepress}
case $PROGRAM in /*) ;; *) PROGRAM=$TOP/$PROGRAM ;; esac
update=
[ "${1:-}" != --update ] || { update=1; shift; }

cd "$TOP/tests/golden" || exit 1
[ $# -gt 0 ] || set -- */
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/bin"
ln -s "$PROGRAM" "$root/bin/flamepress"
PATH=$root/bin:$PATH LC_ALL=C TZ=UTC
unset SOURCE_DATE_EPOCH MAKEFLAGS MFLAGS MAKELEVEL
export PATH LC_ALL TZ TOP PROGRAM

same() { # CASE NAME: what came against what is kept
    if [ -e "$1/$2" ]; then cmp -s "$1/$2" "$root/$2"; else [ ! -s "$root/$2" ]; fi
}

keep() { # CASE NAME
    if [ -s "$root/$2" ]; then cmp -s "$1/$2" "$root/$2" 2>/dev/null || cp "$root/$2" "$1/$2"; else rm -f "$1/$2"; fi
}

echo "1..$#"
n=0 status=0
for case; do
    case=${case%/} n=$((n + 1))
    mkdir "$root/work"
    for f in "$case"/*; do
        case $f in */cmd | */stdout | */stderr | */exit) ;; *) cp -R "$f" "$root/work/" ;; esac
    done
    (cd "$root/work" && timeout 120 sh "$TOP/tests/golden/$case/cmd") >"$root/stdout" 2>"$root/stderr" </dev/null
    code=$?
    if [ "$code" -eq 0 ]; then : >"$root/exit"; else echo "$code" >"$root/exit"; fi
    chmod -R u+rwx "$root/work" && rm -rf "$root/work"
    if [ "$code" -eq 77 ]; then
        echo "ok $n - $case # SKIP $(head -n 1 "$root/stdout")"
        continue
    fi
    if [ -n "$update" ]; then
        for f in stdout stderr exit; do keep "$case" "$f"; done
    fi
    bad=
    for f in stdout stderr exit; do same "$case" "$f" || bad="$bad $f"; done
    if [ -z "$bad" ]; then
        echo "ok $n - $case"
    else
        status=1
        echo "not ok $n - $case"
        for f in $bad; do
            echo "# $f: - expected, + came"
            if [ -e "$case/$f" ]; then kept=$case/$f; else kept=/dev/null; fi
            diff -u "$kept" "$root/$f" | tail -n +3 | head -n 60 | sed 's/^/#   /'
        done
    fi
done
exit $status
