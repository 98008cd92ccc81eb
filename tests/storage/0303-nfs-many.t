#!/bin/bash
# Many files: a directory of many entries, and trees that tar takes there and back.
#
# ATELIER_ENTRIES (50000) and ATELIER_TREE_FILES (8000) say how many.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2154,SC2317
. "$(dirname "$0")/nfs_sandbox.sh"

export entries=${ATELIER_ENTRIES:-50000}
files=${ATELIER_TREE_FILES:-8000}
results=$work/server/results
python=/usr/bin/python3

mkdir "$results/many"
(cd "$results/many" && seq -f 'entry-%06.0f' "$entries" | xargs touch)
chown -R "$user:$user" "$results/many"
list='
import os
count = int(os.environ["entries"])
names = os.listdir("many")
assert len(names) == len(set(names)) == count, len(set(names))
assert min(names) == "entry-000001" and max(names) == f"entry-{count:06}"
with os.scandir("many") as entries:
    assert sum(entry.is_file() for entry in entries) == count'
ok "$entries entries are listed, each once" mounted "$python" -c "$list"
ok "their attributes come with the list" mounted bash -c '
    test "$(find many -type f -size 0 -printf x | wc -c)" = "$entries"'
ok "a list is read on from where it was left" mounted "$python" -c '
import os
entries = os.scandir("many")
first = [next(entries).name for _ in range(5000)]
os.mkdir("other")
rest = [entry.name for entry in entries]
assert len(set(first + rest)) == int(os.environ["entries"]), len(set(first + rest))'
ok "files are removed while they are listed" mounted bash -e -c '
    mkdir few && cd few && seq 3000 | xargs touch && cd .. && rm -r few && test ! -e few'
ok "on the server too" test ! -e "$results/few"

# A kernel that the client cannot ask to forget names, and a bound that the directory exceeds.
export INODES=$((entries / 20))
cat >"$work/look" <<'END'
import collections, os, sys
here = f"here-{os.getpid()}"
os.mkdir(here)
os.chdir(here)
held = open("held", "w+")
def look(walk, at_most):
    seen = collections.Counter()
    for entry in list(os.scandir("../many"))[:at_most]:
        try:
            os.stat(entry.path) if walk else entry.stat()
            seen["well"] += 1
        except OSError as error:
            seen[error.strerror] += 1
    return dict(seen)
count = int(os.environ["entries"])
assert [len(files) for _, _, files in os.walk("../many")] == [count]
at_most = int(sys.argv[1])
print(look(False, at_most), look(True, at_most))
print("data", file=held, flush=True)
assert open("held").read() == "data\n" and os.getcwd().endswith(here)
END
bounded() {
    awk -v most=$((INODES * 4 / 3)) '
        $1 == "crowd:" { told = 1; worst = $2 > worst ? $2 : worst }
        END { exit !(told && worst <= most) }' "$1"
}
ok "older kernels forget through the keeper, and nothing is refused" env PRUNES_NOT=1 \
    "$nfs_mount" "${volume[@]}" "$python" "$work/look" $((INODES * 5))
cp "$work/output" "$work/said"
like "each file is found" "^\{'well': $((INODES * 5))\} \{'well': $((INODES * 5))\}$" "$work/said"
ok "while the client remembers no more than it may" bounded "$work/said"
ok "without one, lists are still whole" env PRUNES_NOT=1 DEAF=1 \
    "$nfs_mount" "${volume[@]}" "$python" "$work/look" $((INODES * 2))
cp "$work/output" "$work/said"
like "and what is too much is refused, by an error that says so" \
    "'well': [0-9]+, 'Too many open files in system': [0-9]+" "$work/said"
ok "nor does the client remember more then" bounded "$work/said"
unset INODES

"$python" - "$work/local/tree" "$files" <<'END'
import os, random, sys
root, files = sys.argv[1], int(sys.argv[2])
draw = random.Random(1)
for number in range(files):
    directory = f"{root}/{number % 40}/{number % 7}"
    os.makedirs(directory, exist_ok=True)
    path = f"{directory}/file-{number}"
    if number % 50 == 49:
        os.symlink(f"file-{number - 280}", path)
        continue
    with open(path, "wb") as file:
        file.write(draw.randbytes(draw.randrange(4000)))
    os.chmod(path, draw.choice((0o644, 0o600, 0o755, 0o444)))
    os.utime(path, ns=(draw.randrange(2 * 10**18), draw.randrange(2 * 10**18)))
END
chown -R -h "$user:$user" "$work/local/tree"
ok "tar takes a tree of $files files to a volume" mounted bash -e -c "
    tar -C $work/local -cf - --format=posix tree | tar -xpf -
    diff -r --no-dereference $work/local/tree tree"
ok "with the same modes and times, in the eyes of another mount" mounted bash -e -c "
    list() { (cd \$1 && find tree -printf '%P %y %m %s %n %l\n' | sed 's/ d \([0-9]*\) [0-9]*/ d \1/' | sort &&
        find tree -type f -printf '%P %T@\n' | sort); }
    cmp <(list $work/local) <(list .)"
ok "and back" mounted bash -e -c "
    tar -cf $work/local/back.tar tree
    tar -C $work/local -df $work/local/back.tar"
ok "git takes a part of it" mounted bash -e -c '
    export HOME=$PWD GIT_AUTHOR_NAME=u GIT_AUTHOR_EMAIL=u@h GIT_COMMITTER_NAME=u GIT_COMMITTER_EMAIL=u@h
    mv tree/1 part
    chmod -R u+rw part
    cd part && git init -q && git add . && git commit -qm all && cd ..
    git clone -q part clone
    test -z "$(git -C clone status --porcelain)"
    git -C clone fsck --strict
    test "$(git -C clone ls-files | wc -l)" = "$(find part -path part/.git -prune -o ! -type d -print | wc -l)"'

finish
