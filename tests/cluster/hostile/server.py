"""server: what may become of a file server: NFS-Ganesha on this machine, its file system at
/spool, and the proxy before it. Each action lasts for a moment and leaves the server as it was, so
that two never meet."""
import os
import re
import signal
import subprocess
import threading

from .action import action
from .proxy import Proxy

SPOOL, CONFIGURATION, PID_FILE = "/spool", "/etc/ganesha.conf", "/run/ganesha.pid"
PORTS = {12049: 2049, 12048: 20048}
proxy = None  # of whoever runs the actions
enough = threading.Event()  # what has begun is undone, and nothing more is done


def begin():
    global proxy  # pylint: disable=global-statement
    proxy = Proxy("10.77.0.1", PORTS)


def wait(dice):
    """From what nobody notices to longer than Slurm waits for anything."""
    enough.wait(dice.choice((0.1, 1, 3, 10, 100)) * dice.uniform(0.5, 1))


def run(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def stop():
    run("stop-file-server")


def start():
    run("start-file-server")


def send(number):
    with open(PID_FILE) as file:
        os.kill(int(file.read()), number)


def lasting(do, undo):
    """An action that does something, waits, and undoes it however it ends."""
    def perform(dice):
        try:
            do()
            wait(dice)
        finally:
            undo()
    return perform


@action
def freeze(dice):
    lasting(lambda: send(signal.SIGSTOP), lambda: send(signal.SIGCONT))(dice)


@action
def crash(dice):
    lasting(stop, start)(dice)


@action
def restart(_):
    stop()
    start()


@action
def fill(dice):
    name = f"{SPOOL}/hostile.fill"

    def write():
        with open(name, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
            except OSError:
                pass
    lasting(write, lambda: os.unlink(name))(dice)


def restarted_with(change, back):
    def do():
        stop()
        change()
        start()

    def undo():
        stop()
        back()
        start()
    return lasting(do, undo)


@action
def take_the_export_away(dice):
    with open(CONFIGURATION) as file:
        whole = file.read()

    def write(text):
        with open(CONFIGURATION, "w") as file:
            file.write(text)
    without = re.sub(r"EXPORT \{[^}]*Path = /spool;.*?\}\s*\}", "", whole, flags=re.S)
    restarted_with(lambda: write(without), lambda: write(whole))(dice)


@action
def make_handles_stale(dice):
    """Another file system is where the exported one was."""
    restarted_with(lambda: run("mount", "-t", "tmpfs", "-o", "mode=1777", "stale", SPOOL),
                   lambda: run("umount", "-l", SPOOL))(dice)


@action
def become_read_only(dice):
    """The file system is, while nothing has a file of it open."""
    restarted_with(lambda: run("mount", "-o", "remount,ro", SPOOL),
                   lambda: run("mount", "-o", "remount,rw", SPOOL))(dice)


@action
def lock_users_out(dice):
    lasting(lambda: os.chmod(SPOOL, 0), lambda: os.chmod(SPOOL, 0o1777))(dice)


def through_proxy(mode, value):
    return lasting(lambda: proxy.set(mode, value), lambda: proxy.set(None))


@action
def answer_slowly(dice):
    through_proxy("slow", dice.choice((10, 300, 5000)))(dice)


@action
def answer_late(dice):
    through_proxy("late", dice.uniform(0.5, 6))(dice)


@action
def answer_by_halves(dice):
    through_proxy("cut", dice.choice((0, 1, 4, 30, 100, 1000)))(dice)


@action
def answer_nothing(dice):
    through_proxy("drop", 0)(dice)
    proxy.reset()  # what was swallowed never comes


@action
def refuse_connections(dice):
    proxy.reset()
    through_proxy("refuse", 0)(dice)


@action
def reset_connections(dice):
    for _ in range(dice.randrange(1, 10)):
        proxy.reset()
        enough.wait(dice.uniform(0, 0.5))
