"""commands: what a user may say to Slurm, of a job of one's own and with words of one's own."""
import os
import subprocess

from .action import action, daemon, rarely

JOB = os.environ.get("SLURM_JOB_ID", "none")
RESULTS = os.environ.get("ATELIER_MOUNT_ROOT", "/mnt/atelier") + "/results"
SIGNALS = "INT QUIT ABRT USR1 USR2 TERM CONT STOP TSTP HUP ALRM PIPE KILL".split()
SECONDS_OF_A_COMMAND = 10


def command(*words, **environment):
    """Runs it to its end or for so long, aside."""
    def run():
        with open(os.devnull, "r+") as nothing:
            subprocess.run(["timeout", "-k", "1", str(SECONDS_OF_A_COMMAND), *words], check=False,
                           env={**os.environ, **environment}, stdin=nothing, stdout=nothing,
                           stderr=nothing)
    daemon(run)


@action
def signal_the_job(dice):
    """Its steps; rarely its script as well, which ends by most of them."""
    whom = dice.choice(((), (), (), (), ("--batch",), ("--full",)))
    command("scancel", f"--signal={dice.choice(SIGNALS)}", *whom, JOB)


@action
def update_the_job(dice):
    change = dice.choice((
        "AdminComment=workspace=nlp", "Comment=" + "x" * 5000, "Name=$(reboot)", "Nice=100",
        "TimeLimit=2", "StdOut=/etc/passwd", "WorkDir=/root", "Account=nlp",
        "Partition=debug", "WCKey=nlp.other", "NumNodes=1", "Requeue=1", "Requeue=0",
        "UserID=root", "Features=x", "Licenses=x", "EndTime=now+900", "Dependency=after:1",
        "ExcNodeList=n1", "SystemComment=x", "Priority=99999", "OverSubscribe=yes"))
    command("scontrol", "update", f"JobId={JOB}", change)


@action
def hold_the_job(dice):
    command("scontrol", dice.choice(("suspend", "resume", "hold", "release", "top")), JOB)


@action
@rarely
def requeue_the_job(dice):
    command("scontrol", dice.choice(("requeue", "requeuehold")), JOB)


@action
@rarely
def kill_by_steps_and_jobs(_):
    command("srun", "--overlap", "-o", "none", "sh", "-c", "kill -9 -1")
    command("sbatch", "--workspace=vision", "-o", "/dev/null", "--wrap", "kill -9 -1")


@action
def ask_of_administrators(dice):
    command(*dice.choice((
        ("scontrol", "update", "NodeName=n1", "State=DRAIN", "Reason=hostile"),
        ("scontrol", "reconfigure"), ("scontrol", "shutdown"), ("scontrol", "setdebug", "debug5"),
        ("sacctmgr", "-i", "modify", "user", "alice", "set", "account=nlp"),
        ("scontrol", "create", "reservation", "starttime=now", "duration=1", "nodes=ALL"),
        ("scancel", "-u", "bob"), ("strigger", "--set", "--node", "--down", "--program=/tmp/x"))))


@action
def start_steps(dice):
    """Steps that end by themselves, are killed, or are gone before they have begun."""
    for _ in range(3):
        output = dice.choice(("none", "/tmp/hostile.%j.%t", "/dev/full", "/no/such",
                              f"{RESULTS}/hostile.{JOB}.%s.%t"))
        command("srun", "--overlap", "-n", dice.choice(("1", "4")), "-O", "-o", output,
                *dice.choice((("sleep", "3"), ("cat",), ("sh", "-c", "kill -STOP $$"),
                              ("/no/such",), ("sh", "-c", "ulimit -n 4;"
                              " exec sleep 2"), ("dd", "if=/dev/zero", "count=20000"))))


@action
def submit_odd_jobs(dice):
    command("sbatch", "--workspace=vision", "--time=1", "-o", dice.choice((
        f"{RESULTS}/hostile.%j.%x.%%.%N", "/dev/null", RESULTS, "/tmp/hostile.%200j",
        f"{RESULTS}/vision/../hostile.%A.%a", "hostile.%j\n.out")),
        "-D", dice.choice(("/tmp", RESULTS, "/no/such", f"{RESULTS}/no-such")),
        *dice.choice((("--export=NONE",), ("--array=0-2",), ("--begin=now+1hour",), ("--hold",),
                      ("--exclusive",), ("--signal=B:STOP@50",), ("--open-mode=append",),
                      ("--experiment=" + "x" * 30,), ("--framework=mpi",), ("--get-user-env",),
                      ("--job-name=../../$(id)\n",), ("--kill-on-invalid-dep=yes", "-dafterok:1"),
                      ("-N2", "--no-kill"))),
        "--wrap", dice.choice(("kill -STOP $$", "kill -9 $PPID", "sleep 3", "exit 1")))


@action
def lie_in_the_environment(dice):
    names = [name for name in os.environ if name.startswith(("ATELIER_", "SLURM_", "SPANK_"))]
    names += ["_SLURM_SPANK_OPTION_atelier_workspace", "SLURM_SPANK_LD_PRELOAD", "LD_PRELOAD",
              "BASH_ENV", "ATELIER_MOUNT_ROOT", "SLURM_SPANK_SLURM_JOB_UID"]
    lies = {name: dice.choice(("", "0", "/", "-1", "x" * 3000, "../..", "nlp", "a\nb", "\x1b[2J"))
            for name in dice.sample(names, 6)}
    command("srun", "--overlap", "--jobid", JOB, "-o", "none", "true", **lies)


FORGE = """
mkdir -p /tmp/hostile.forge && cd /tmp/hostile.forge || exit
[ -e forge.so ] ||
    { gcc -shared -fPIC -o forge.so.$$ /mnt/src/tests/cluster/forge.c && mv forge.so.$$ forge.so; }
sed /CliFilterPlugins/d /etc/slurm/slurm.conf >slurm.conf
echo PlugStackConfig=/tmp/hostile.forge/plugstack.conf >>slurm.conf
printf "required atelier.so\\nrequired /tmp/hostile.forge/forge.so\\n" >plugstack.conf
SLURM_CONF=/tmp/hostile.forge/slurm.conf exec sbatch -o /dev/null "$@" --wrap "sleep 2"
"""


@action
def forge_entries(dice):
    """With a slurm.conf and a SPANK plugin of its own, as the prolog's environment is made."""
    name = dice.choice(("SPANK__SLURM_SPANK_OPTION_atelier_workspace", "LD_PRELOAD", "PATH",
                        "_SLURM_SPANK_OPTION_atelier_volume", "SLURM_JOB_UID", "SPANK_", ""))
    value = dice.choice(({"FORGE_VALUE": "nlp"}, {"FORGE_VALUE": "a\nuid=0"}, {"FORGE_VALUE": ""},
                         {"FORGE_BYTES": "90000"}, {"FORGE_BYTES": "200000"}))
    command("sh", "-c", FORGE, "sh", *dice.choice(((), ("--workspace=vision",))),
            FORGE_NAME=name, **value)
