"""A file server that does what a script of rules says: for tests of the NFS client.

    nfs_fake_server.py PORT MOUNT_PORT [RULE...]

It speaks MOUNT 3 and NFS 3 over TCP at 127.0.0.1, and is honest (nfs_fake_volume.py) where no
rule says otherwise. A rule is

    PROCEDURE[@FIRST[-LAST]] ACTION [VALUE]      PROCEDURE: mnt, read, ..., or any

and holds for every such call, or for those with the numbers FIRST to LAST (FIRST alone; "3-" is
all from the third). What it does to the bytes:

    drop             no answer                      delay S       the answer comes S seconds late
    close            the connection ends instead    cut N         ends after N bytes of the answer
    slow             one byte a second              twice         the same answer again
    xid              of another transaction         mark N        a record mark that says N bytes
    truncate N       the result has N bytes         patch AT:HEX  some bytes of the result
    garbage          a random result                raw TEXT      TEXT, and no RPC
    pieces N         fragments of N bytes           flood         fragments, and never the last one
    accept N         RPC's accept_stat              denied        RPC rejects it
    call             a call instead of an answer

and to what they say:

    status NAME|N    fails           handle N   handles of N bytes     type N       of every file
    size N           of every file   self       LOOKUP finds where it looks (so does "bare", but
    bare             no attributes)  target T   of links               flavor N     of credentials
    longer N         READ            empty      READ                   short N      READ
    count N          of WRITE        stable N   of WRITE               verifier     a new one
    transfer N       FSINFO's sizes  hollow     a listing of nothing without an end
    endless          a listing       stuck N    all its cookies are N  name T       all its names
    round N          after a listing's end its entries come again, from place N on

Each call's procedure goes to standard output, a line each.
"""
import asyncio
import os
import re
import struct
import sys

from nfs_fake_volume import Volume, u32

MOUNT, NFS = 100005, 100003
NFS_PROCEDURES = ("null getattr setattr lookup access readlink read write create mkdir symlink "
                  "mknod remove rmdir rename link readdir readdirplus fsstat fsinfo pathconf "
                  "commit").split()
PROCEDURES = {MOUNT: ("null", "mnt"), NFS: NFS_PROCEDURES}
LAST_FRAGMENT = 1 << 31
REPLY = 1


class Rule:
    def __init__(self, text):
        match = re.fullmatch(r"(\w+)(?:@(\d+)(-(\d*))?)? ([\w-]+)(?: (.*))?", text)
        if not match:
            sys.exit(f"nfs_fake_server: no rule: {text}")
        self.procedure, first, dash, last, self.action, self.value = match.groups()
        self.first = int(first or 1)
        self.last = int(last) if last else self.first if first and not dash else sys.maxsize
        self.seen = 0

    def matches(self, procedure):
        if self.procedure not in (procedure, "any"):
            return False
        self.seen += 1
        return self.first <= self.seen <= self.last


def reply(xid, actions, result):
    if "xid" in actions:
        xid ^= 0x5a5a5a5a
    if "call" in actions:
        return u32(xid) + u32(0) + u32(2) + u32(NFS) + u32(3) + bytes(24)
    if "denied" in actions:
        return u32(xid) + u32(REPLY) + u32(1) + u32(1) + u32(5)
    if "garbage" in actions:
        result = os.urandom(200)
    if "truncate" in actions:
        result = result[:int(actions["truncate"])]
    if "patch" in actions:
        at, hexadecimal = actions["patch"].split(":")
        patch = bytes.fromhex(hexadecimal)
        result = result[:int(at)] + patch + result[int(at) + len(patch):]
    accept = int(actions.get("accept", 0))
    return u32(xid) + u32(REPLY) + u32(0) + u32(0) + u32(0) + u32(accept) + result


def records(message, actions):
    """The message as it goes over the wire."""
    if "raw" in actions:
        return actions["raw"].encode()
    if "pieces" in actions:
        size = int(actions["pieces"])
        pieces = [message[i:i + size] for i in range(0, len(message), size)]
        return (b"".join(u32(len(piece)) + piece for piece in pieces[:-1])
                + u32(len(pieces[-1]) | LAST_FRAGMENT) + pieces[-1])
    mark = int(actions["mark"]) if "mark" in actions else len(message)
    return u32(mark | LAST_FRAGMENT) + message


async def send(writer, data, actions):
    if "delay" in actions:
        await asyncio.sleep(float(actions["delay"]))
    if "cut" in actions:
        data = data[:int(actions["cut"])]
    if "flood" in actions:
        while True:
            writer.write(u32(1 << 20) + bytes(1 << 20))
            await writer.drain()
    if "slow" in actions:
        for byte in data:
            writer.write(bytes((byte,)))
            await asyncio.sleep(1)
    else:
        writer.write(data * (2 if "twice" in actions else 1))
    if "cut" in actions or "close" in actions:
        await writer.drain()
        writer.close()


class Server:
    def __init__(self, rules):
        self.rules = rules
        self.volume = Volume()

    async def answer(self, message, writer):
        xid, _, _, program, _, number, _, credentials = struct.unpack(">8I", message[:32])
        arguments = message[32 + credentials + -credentials % 4 + 8:]
        procedure = PROCEDURES[program][number]
        actions = {rule.action: rule.value for rule in self.rules if rule.matches(procedure)}
        print(procedure, flush=True)
        result = b"" if procedure == "null" else self.volume.answer(procedure, arguments, actions)
        if "drop" in actions:
            return
        if "close" in actions:
            writer.close()
            return
        try:
            await send(writer, records(reply(xid, actions, result), actions), actions)
        except ConnectionError:
            writer.close()  # the client had enough

    async def serve(self, reader, writer):
        """Calls are answered in their order, but for those that a rule delays."""
        tasks = set()
        try:
            while True:
                mark, = struct.unpack(">I", await reader.readexactly(4))
                message = await reader.readexactly(mark & ~LAST_FRAGMENT)
                tasks.add(asyncio.create_task(self.answer(message, writer)))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main():
    server = Server([Rule(text) for text in sys.argv[3:]])
    for port in sys.argv[1:3]:
        await asyncio.start_server(server.serve, "127.0.0.1", int(port), limit=1 << 22)
    print("serving", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
