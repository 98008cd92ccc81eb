#!/bin/bash
# System calls of the NFS client that fail once, in turn: it refuses by one sentence, or serves on
# and says an errno; what was read is what was written, and nothing is served with root's rights.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/nfs_sandbox.sh"
command -v strace >/dev/null || skip_all "needs strace"

AT_MOST=8 # of a system call's places in the run, evenly spread over it
export LOCKS=node RECOVERY=soft TIMEOUT_MS=10000

# traced OPTION...: the client below strace, to $work/trace; the parent dies with its child.
traced() {
    cat >"$work/client" <<END
#!/bin/sh
exec strace -f -qq -o $work/trace $* -- $(realpath "$ATELIER_NFS")
END
    chmod 755 "$work/client"
}

# Each step says what went wrong; data that is there is right. The names are new in each run: what
# an earlier one left is the server's.
cat >"$work/use" <<'END'
echo data >"file$1" || exit 3
sync "file$1" || exit 3
said=$(cat "file$1") || exit 3
[ "$said" = data ] || exit 9
ls >/dev/null || exit 3
mv "file$1" "other$1" && rm "other$1" || exit 3
END

runs=0
run_client() {
    runs=$((runs + 1))
    ATELIER_NFS=$work/client timeout -s KILL 60 "$nfs_mount" "${volume[@]}" \
        bash "$work/use" "$runs" >"$work/said" 2>&1 </dev/null
    status=$?
}

# The numbers of the calls that come after the program's first own one, as strace counts them.
places() {
    awk -v call="$1" -v most="$AT_MOST" '
        NR == 1 { main = $1 }
        $1 != main || $2 == "<..." { next }
        /getppid\(/ { begun = 1 }
        index($2, call "(") == 1 { count++; if (begun) places[++found] = count }
        END {
            step = found > most ? found / most : 1
            for (at = 1; at <= found; at += step)
                print places[int(at)]
        }' "$work/whole"
}

# refused: one sentence on why. ended: the keeper sees its socket end, and says so. served: to the end, if not without an error that was told.
refused() {
    [ "$status" = 125 ] && [ "$(wc -l <"$work/said")" = 1 ]
}

served() {
    case $status in
    0) true ;;
    3) grep -Eq 'Input/output error|Cannot allocate memory|Too many open files|Interrupted|No space' \
        "$work/said" ;;
    *) false ;;
    esac
}

ended() {
    [ "$status" = 126 ] && grep -Eq "the keeper's socket" "$work/said"
}

# fails CALL CAUSE [END [+]]: at each place of the call, with + from there on. END: refused, where
# nothing else will do, or ended, where that will do as well.
fails() {
    local call=$1 cause=$2 wanted=${3:-} further=${4:-} place wrong=0 tried=0
    for place in $(places "$call"); do
        traced -e "inject=$call:error=$cause:when=$place$further"
        run_client
        tried=$((tried + 1))
        grep -q INJECTED "$work/trace" || continue # it was not reached this time
        if refused || { [ "$wanted" != refused ] && served; } || { [ "$wanted" = ended ] && ended; }; then
            continue
        fi
        wrong=$((wrong + 1))
        printf '# %s number %s: status %s\n' "$call" "$place" "$status"
        head -n 5 "$work/said" | sed 's/^/#   /'
        grep -A 3 INJECTED "$work/trace" | head -n 6 | sed 's/^/#   /'
    done
    if [ "$wrong" = 0 ] && [ "$tried" -gt 0 ]; then
        verdict ok "$call: $cause"
    else
        verdict "not ok" "$call: $cause ($wrong of $tried)"
    fi
}

traced
run_client
cp "$work/trace" "$work/whole"
ok "all is well when nothing fails" [ "$status" = 0 ]

# To become the job's user.
for call in setgroups setresgid setresuid capset; do
    fails "$call" EPERM refused
done
fails prctl ENOMEM refused
fails prlimit64 EPERM refused
# Descriptors, memory, threads.
fails socket EMFILE
fails openat EMFILE
fails fcntl ENOMEM
fails mmap ENOMEM
fails clone3 EAGAIN
# The network.
fails bind ENOMEM
fails connect ENOMEM
fails connect EINTR
fails setsockopt ENOMEM
fails getsockname ENOMEM
fails sendto ENOMEM
fails recvfrom ENOMEM
fails recvfrom EINTR
# The keeper and the kernel.
fails poll ENOMEM ended
fails poll EINTR
fails poll EINVAL ended + # and does not try for ever
fails recvmsg ENOMEM ended
fails recvmsg EINTR
fails sendmsg ENOMEM ended
fails sendmsg EINTR
fails read EINTR
ok "no client is left" bash -c "! pgrep -x atelier-nfs"
finish
