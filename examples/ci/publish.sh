#!/bin/sh
# A branch as the folder that is published: fetched before the night, pushed after it. The branch keeps one commit: a site of
# ninety days is large, its history would grow without end.
# Usage: publish.sh fetch|push BRANCH FOLDER        REMOTE (origin): where the branch is
set -eu
what=${1:?usage: publish.sh fetch|push BRANCH FOLDER} branch=${2:?which branch} folder=${3:?which folder}
url=$(git remote get-url "${REMOTE:-origin}")
case $what in
    fetch)
        if git ls-remote --exit-code --heads "$url" "$branch" > /dev/null; then
            git clone -q --depth 1 --branch "$branch" "$url" "$folder"
            rm -rf "$folder/.git"
        else
            mkdir -p "$folder"
        fi ;;
    push)
        cd "$folder"
        [ -e index.html ] || { echo "publish: there is no index in $folder; the branch is as it was" >&2; exit 1; }
        [ -d .git ] || git init -q
        touch .nojekyll
        git add -A
        git -c user.name=nightly -c user.email=nightly@localhost commit -q -m "profiles up to $(date -u +%Y-%m-%d)"
        git push -q --force "$url" "HEAD:$branch"
        rm -rf .git ;;
    *) echo "publish: fetch or push?" >&2; exit 2 ;;
esac
