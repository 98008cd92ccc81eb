"""Stands between an NFS client and its server, and counts calls by procedure.

    nfs_relay.py PORT SERVER_PORT COUNT_PORT
    nfs_relay.py PORT locks COUNT_PORT

With "locks" it stands before the lock manager, in whose place the portmapper names it from then
on. Whoever connects to COUNT_PORT is told the counts so far, "PROCEDURE COUNT" a line.
"""
import asyncio
import collections
import socket
import struct
import sys

NAMES = ("null getattr setattr lookup access readlink read write create mkdir symlink mknod "
         "remove rmdir rename link readdir readdirplus fsstat fsinfo pathconf commit").split()
LOCK_NAMES = "null test lock cancel unlock granted".split()
LOCK_MANAGER = 100021
counts = collections.Counter()
server_port = 0


def portmap(procedure, port=0):
    """Asks the portmapper (version 2) about the lock manager's version 4 over TCP."""
    sock = reserved_socket(socket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.sendto(struct.pack(">14I", 1, 0, 2, 100000, 2, procedure, 0, 0, 0, 0, LOCK_MANAGER, 4, 6, port),
                ("127.0.0.1", 111))
    answer = sock.recv(100)
    sock.close()
    return struct.unpack(">I", answer[24:28])[0]


def take_over_locks(port):
    found = portmap(3)
    if not found or not portmap(2) or not portmap(1, port):
        sys.exit("the portmapper knows no lock manager, or keeps it")
    return found


def reserved_socket(kind=socket.SOCK_STREAM):
    """The server demands a port below 1024."""
    for port in range(1023, 600, -1):
        sock = socket.socket(socket.AF_INET, kind)
        try:
            sock.bind(("127.0.0.1", port))
            return sock
        except OSError:
            sock.close()
    raise OSError("no reserved port is free")


async def count_calls(reader, writer):
    """A record: its length, then xid, type, RPC version, program, version, procedure."""
    while True:
        head = await reader.readexactly(4)
        body = await reader.readexactly(struct.unpack(">I", head)[0] & 0x7fffffff)
        program, _, procedure = struct.unpack(">3I", body[12:24])
        counts[(LOCK_NAMES if program == LOCK_MANAGER else NAMES)[procedure]] += 1
        writer.write(head + body)
        await writer.drain()


async def copy(reader, writer):
    while data := await reader.read(1 << 20):
        writer.write(data)
        await writer.drain()


async def relay(reader, writer):
    sock = reserved_socket()
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", server_port))
    server_reader, server_writer = await asyncio.open_connection(sock=sock)
    tasks = (asyncio.ensure_future(count_calls(reader, server_writer)),
             asyncio.ensure_future(copy(server_reader, writer)))
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    writer.close()
    server_writer.close()


async def tell(_reader, writer):
    writer.write("".join(f"{name} {count}\n" for name, count in counts.items()).encode())
    writer.close()


async def main():
    global server_port
    server_port = take_over_locks(int(sys.argv[1])) if sys.argv[2] == "locks" else int(sys.argv[2])
    await asyncio.start_server(relay, "127.0.0.1", int(sys.argv[1]), limit=1 << 22)
    await asyncio.start_server(tell, "127.0.0.1", int(sys.argv[3]))
    await asyncio.Event().wait()

asyncio.run(main())
