#!/usr/bin/env bats
# What another user of the node, and the job's own user, reach of a job: its namespace, its keeper,
# its client, its descriptors. Root holds all of these; nobody else may.

load cluster

setup_file() { cluster_up; }
setup() { invariant_begin; }
teardown() {
    on n1 rm -f /tmp/reach.py /tmp/fds.py
    on head sh -c 'squeue -h -o %A | xargs -r scancel'
    invariant_end
}

begin_job() {
    running=$(as alice sbatch --parsable --workspace=vision -w n1 -o /dev/null \
        --wrap 'cd /mnt/atelier/results && exec sleep 300')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    task=$(on n1 pgrep -u alice -x sleep)
    keeper=$(on n1 pgrep -x atelier-keeper)
    client=$(on n1 pgrep -x atelier-nfs)
}

# Prints what of the processes and of the socket could be reached, one way a line.
reach() { # USER PID...
    local user=$1
    shift
    on n1 sh -c 'cat >/tmp/reach.py && chmod 755 /tmp/reach.py' <<'END'
#!/usr/bin/python3
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
CLONE_NEWNS = 0x20000
reached = []


def attempt(what, function):
    try:
        function()
        reached.append(what)
    except OSError:
        pass


def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "")


def seize(pid):
    call(libc.ptrace, PTRACE_SEIZE, pid, 0, 0)
    libc.ptrace(PTRACE_DETACH, pid, 0, 0)


def enter(pid):
    call(libc.setns, os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY), CLONE_NEWNS)


def take(pid, fd):
    pidfd = os.pidfd_open(pid)
    call(libc.syscall, 438, pidfd, fd, 0)  # pidfd_getfd


for pid in map(int, sys.argv[2:]):
    for name in ("environ", "maps", "mem", "auxv"):
        attempt(f"{name} {pid}", lambda: open(f"/proc/{pid}/{name}", "rb").read(1))
    for name in ("root", "cwd", "exe", "ns/mnt", "fd/3"):
        attempt(f"{name} {pid}", lambda: os.readlink(f"/proc/{pid}/{name}"))
    attempt(f"below root {pid}", lambda: os.listdir(f"/proc/{pid}/root/mnt/atelier"))
    attempt(f"below cwd {pid}", lambda: os.listdir(f"/proc/{pid}/cwd/"))
    attempt(f"fd {pid}", lambda: os.listdir(f"/proc/{pid}/fd"))
    attempt(f"ptrace {pid}", lambda: seize(pid))
    attempt(f"namespace {pid}", lambda: enter(pid))
    for fd in range(8):
        attempt(f"pidfd_getfd {fd} {pid}", lambda: take(pid, fd))
attempt("keeper's socket", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(
    f"/run/atelier/n1/{sys.argv[1]}/keeper.sock"))
attempt("keeper's directory", lambda: os.listdir(f"/run/atelier/n1/{sys.argv[1]}"))
print("\n".join(reached))
END
    as "$user" srun -Q -w n1 --overlap --immediate=20 /tmp/reach.py "$running" "$@"
}

@test "another user reaches nothing of a job: neither namespace, processes nor socket" {
    begin_job
    reached=$(reach bob "$task" "$keeper" "$client")
    echo "$reached"
    [ -z "$reached" ]
    run as bob srun -Q -w n1 nsenter -t "$task" -m true
    [ "$status" -ne 0 ]
    [[ $output == *"Permission denied"* || $output == *"not permitted"* ]]
    # Nor a job of another workspace that has the same volumes.
    run as bob srun -Q --workspace=nlp -w n1 ls "/proc/$task/root/mnt/atelier/results"
    [ "$status" -ne 0 ]
    [[ $output == *"Permission denied"* ]]
    # A join to the job is Slurm's to refuse.
    fails_saying denied as bob srun --jobid="$running" --overlap ls /mnt/atelier
    as root scancel "$running"
}

@test "the job's own user reaches neither its keeper nor its client, which is nobody's" {
    begin_job
    [ "$(on n1 ps -o uid= -p "$client" | tr -d " ")" = "$((2100000000 + running % 65535))" ]
    reached=$(reach alice "$keeper" "$client")
    echo "$reached"
    [ -z "$reached" ]
    reach alice "$task" | grep -q "environ $task" # what the look finds where it may look
    as root scancel "$running"
}

@test "a task has no descriptor of ours" {
    on n1 sh -c 'cat >/tmp/fds.py && chmod 755 /tmp/fds.py' <<'END'
#!/usr/bin/python3
import os, re
for fd in sorted(map(int, os.listdir("/proc/self/fd"))):
    try:
        what = re.sub("[0-9]+|/tmp/.*", "N", os.readlink(f"/proc/self/fd/{fd}"))
        # Which number a socket of Slurm's own has is chance: a step is told of many things at once.
        print("some" if what.startswith("socket") else fd, what)
    except OSError:
        pass  # the listing's own
END
    for how in "srun -Q -w n1" "srun -Q -w n1 -n2 -l" "srun -Q -w n1 --pty"; do
        # shellcheck disable=SC2086
        plain=$(as alice $how /tmp/fds.py | sort)
        # shellcheck disable=SC2086
        ours=$(as alice $how --workspace=vision --framework=pytorch /tmp/fds.py | sort)
        diff <(echo "$plain") <(echo "$ours")
        [ -n "$plain" ]
    done
    submit alice -w n1 -o /tmp/plain.out --wrap /tmp/fds.py
    submit alice -w n1 -o /tmp/ours.out --workspace=vision --wrap /tmp/fds.py
    # But for the file of hosts, which the batch script is given.
    on n1 grep -q /dev/null /tmp/plain.out
    on n1 grep -q /dev/null /tmp/ours.out
    silent on n1 sh -c 'diff /tmp/plain.out /tmp/ours.out | grep "^[<>]" | grep -v MPI_HOST_FILE || true'
    on n1 rm /tmp/plain.out /tmp/ours.out
}

# facts_variables: the names in atelier-keeper(8)'s table of facts, as a pattern.
facts_variables() {
    sed -n '/^\.SS Facts/,/^\.TE/s/^.*;\(S[A-Z_a-z, ]*\)$/\1/p' "$repo/doc/atelier-keeper.8" |
        sed 's/, */\n/g' | paste -sd'|' | sed 's/|/\\|/g'
}

# What sbatch is told to set for the prolog arrives there as SPANK_NAME: never as NAME.
@test "nothing of a user's environment is in the prolog's programs" {
    running=$(as alice env LD_LIBRARY_PATH=/tmp BASH_ENV=/tmp/evil "ENV=a
b" SLURM_SPANK_LD_PRELOAD=/tmp/evil.so SLURM_SPANK_PATH=/tmp SLURM_SPANK_BASH_ENV=/tmp/evil \
        sbatch --parsable --workspace=vision -w n1 -o /dev/null --export=ALL --wrap 'sleep 300')
    wait_until 20 eval "on n1 pgrep -u alice -x sleep >/dev/null"
    for program in atelier-keeper atelier-nfs; do
        environment=$(on n1 sh -c "tr '\\0' '\\n' </proc/$(on n1 pgrep -x "$program")/environ" | sort)
        echo "$program: $environment"
        # slurmd's own, to ask Slurm by, and nothing else; the keeper has the job's facts, too, each
        # under the one name that it looks for, and the plugin's release.
        [ "$program" = atelier-nfs ] ||
            environment=$(grep -v "^\\($(facts_variables)\\|ATELIER_PLUGIN_RELEASE\\)=" <<<"$environment")
        [ -z "$(grep -v '^PATH=/usr/sbin:/usr/bin:/sbin:/bin$\|^SLURM_CONF=/etc/slurm/slurm.conf$' <<<"$environment")" ]
    done
    as root scancel "$running"
}
