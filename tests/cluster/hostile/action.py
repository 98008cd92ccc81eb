"""action: what a hostile script does, each thing under the name of its function.

An action is a function of `dice`, which decides all that is random in it. Each has dice of its
own, the third of seed 17 those of "17.3": how often one throws them changes nothing of the next.
"""
import functools
import os
import random
import sys
import threading
import time

ACTIONS = {}


def action(function):
    ACTIONS[function.__name__] = function
    return function


def rarely(function):
    """Of an action that most times ends the job, after which there is little to do to it."""
    @functools.wraps(function)
    def perform(dice):
        if dice.random() < 0.2:
            function(dice)
    return perform


def in_driver(function):
    """An action that no child of the script does: kill(-1) spares whoever calls it."""
    function.in_driver = True
    return action(function)


def chosen(words):
    """The names that WORDS ask for: all without `-NAME`, or NAME alone."""
    unknown = [word for word in words if word.lstrip("-") not in ACTIONS]
    if unknown:
        sys.exit(f"there is no action {' or '.join(unknown)}; there are: {' '.join(ACTIONS)}")
    wanted = [word for word in words if not word.startswith("-")]
    return [name for name in wanted or ACTIONS if "-" + name not in words]


def deal(dice, names):
    """Endlessly: all of the names in a random order, and again in another."""
    while True:
        order = list(names)
        dice.shuffle(order)
        yield from order


def throw(seed, seconds, words, perform, say, enough=threading.Event()):
    """For so long, the actions that WORDS ask for: PERFORM(function, dice) each, SAY its name."""
    end = time.monotonic() + seconds
    for number, name in enumerate(deal(random.Random(seed), chosen(words)), 1):
        if time.monotonic() >= end or enough.is_set():
            return
        say(f"{number} {name}")
        perform(ACTIONS[name], random.Random(f"{seed}.{number}"))


def refused(function, *arguments, **options):
    """Calls; None where the machine says no, which is what most are there to be told."""
    try:
        return function(*arguments, **options)
    except (OSError, ValueError):
        return None


def child(function, *arguments):
    """Does it in a process of its own, whose number is returned."""
    pid = os.fork()
    if pid == 0:
        try:
            function(*arguments)
        except BaseException as failure:  # pylint: disable=broad-except
            print(f"{function.__name__}: {failure!r}", file=sys.stderr)
        finally:
            os._exit(0)
    return pid


def within(seconds, pid):
    """Waits so long for a child, and leaves it to itself then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if refused(os.waitpid, pid, os.WNOHANG) != (0, 0):
            return
        time.sleep(0.02)


def daemon(function, *arguments):
    """Does it in a grandchild of a session of its own, which nobody waits for."""
    def leave():
        os.setsid()
        child(function, *arguments)
    within(2, child(leave))
