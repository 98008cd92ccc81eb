"""ports: what a user may do to whoever listens on the machine."""
import os
import socket
import stat
import time

from .action import action, daemon, refused

LISTENS = "0A"
MANY = 20  # of a kind, at once: munge and slurmd have limits that are not ours


def listening():
    """Addresses of the machine, as (host, port)."""
    found = set()
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(name) as table:
            for line in table.readlines()[1:]:
                words = line.split()
                if words[3] == LISTENS:
                    found.add(("localhost", int(words[1].rsplit(":", 1)[1], 16)))
    return sorted(found)


def unix_sockets():
    """Paths, and names without one, which begin with a NUL."""
    found = {"/run/munge/munge.socket.2"}
    with open("/proc/net/unix") as table:
        found |= {line.split()[7].replace("@", "\0", 1) for line in table.readlines()[1:]
                  if len(line.split()) > 7}
    for folder, _, names in os.walk("/run"):
        for name in names:
            path = os.path.join(folder, name)
            if stat.S_ISSOCK((refused(os.lstat, path) or os.stat("/")).st_mode):
                found.add(path)
    return sorted(found)


def half_message(dice):
    """Nothing, or a beginning: of garbage, of a long record, of an HTTP request."""
    return dice.choice((
        b"", b"\0", dice.randbytes(3), dice.randbytes(500), b"\x7f\xff\xff\xff" + b"x" * 40,
        b"\0\0\1\0", b"\x80\0\0\x28" + dice.randbytes(20), b"GET / HTTP/1.0\r\n"))


def connect(family, kind, address, message):
    talk = socket.socket(family, kind)
    talk.settimeout(0.5)
    try:
        talk.connect(address)
        talk.send(message)
    except OSError:
        pass
    return talk


def hold(connections, seconds):
    opened = [connect(*connection) for connection in connections]
    time.sleep(seconds)
    for talk in opened:
        talk.close()


@action
def be_silent_at_ports(dice):
    daemon(hold, [(socket.AF_INET, socket.SOCK_STREAM, address, half_message(dice))
                  for address in listening() for _ in range(MANY)], dice.uniform(1, 8))


@action
def be_silent_at_sockets(dice):
    kinds = (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_DGRAM)
    daemon(hold, [(socket.AF_UNIX, kind, name, half_message(dice))
                  for name in unix_sockets() for kind in kinds for _ in range(3)],
           dice.uniform(1, 8))


@action
def flood_ports(dice):
    """One connection after another, each ended at once or in the middle of a message."""
    def flood(addresses):
        end = time.monotonic() + 2
        while time.monotonic() < end:
            for address in addresses:
                connect(socket.AF_INET, socket.SOCK_STREAM, address, half_message(dice)).close()
                time.sleep(0.01)
    daemon(flood, listening())


@action
def speak_to_the_servers(dice):
    """The cluster's, from a port that anybody may use."""
    daemon(hold, [(socket.AF_INET, socket.SOCK_STREAM, ("head", port), half_message(dice))
                  for port in (111, 2049, 20048, 6817, 6819) for _ in range(3)],
           dice.uniform(1, 5))


@action
def take_ports(dice):
    """Those that launchers like, and some of those that Slurm gives to MPI."""
    def take():
        taken = []
        for port in [29500, 12345, 2222, 23456, *dice.sample(range(12000, 13000), 100)]:
            taken.append(socket.socket())
            if refused(taken[-1].bind, ("", port)) is None:
                refused(taken[-1].listen)
        time.sleep(dice.uniform(1, 30))
    daemon(take)
