"""proxy: stands between the clients of a file server and the server, and does as `mode` says."""
import asyncio
import random
import socket
import struct
import threading

CHUNK = 1 << 16


class Proxy:
    """Of some ports: {port: port of the server}. `mode` is what is done to the answers:

        None      passed on             "slow"    VALUE bytes a second
        "late"    VALUE s later         "cut"     VALUE bytes, then the connection ends
        "drop"    never                 "refuse"  no connection is taken, none goes on
    """

    def __init__(self, host, ports):
        self.host, self.ports = host, ports
        self.mode, self.value = None, 0
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()
        if not self.started.wait(10):
            raise OSError("the proxy's ports are taken")

    def set(self, mode, value=0):
        self.mode, self.value = mode, value

    def reset(self):
        """Ends all connections as a crash does, without a goodbye."""
        self.loop.call_soon_threadsafe(lambda: [abort(writer) for writer in self.writers])

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.listen())
        self.loop.run_forever()

    async def listen(self):
        for port, behind in self.ports.items():
            async def serve(reader, writer, behind=behind):
                await self.serve(reader, writer, behind)
            await asyncio.start_server(serve, self.host, port)
        self.started.set()

    async def serve(self, reader, writer, behind):
        if self.mode == "refuse":
            abort(writer)
            return
        self.writers.add(writer)
        server_writer = None
        try:
            server_reader, server_writer = await self.connect(behind)
            await asyncio.gather(self.pass_on(reader, server_writer),
                                 self.answer(server_reader, writer))
        except OSError:
            pass
        finally:
            writer.close()
            self.writers.discard(writer)
            if server_writer:
                abort(server_writer)  # else its port would be nobody's for a minute

    async def connect(self, port):
        """From a port that only root may use, as the clients do."""
        while True:
            try:
                return await asyncio.open_connection(
                    self.host, port, local_addr=(self.host, random.randrange(600, 1000)))
            except ConnectionError:
                raise
            except OSError:  # that one was taken
                await asyncio.sleep(0.01)

    async def pass_on(self, reader, writer):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
        raise ConnectionError

    async def answer(self, reader, writer):
        while data := await reader.read(CHUNK):
            if self.mode == "slow":
                for at in range(0, len(data), max(1, self.value // 10)):
                    if self.mode == "slow":
                        await asyncio.sleep(0.1)
                    writer.write(data[at:at + max(1, self.value // 10)])
            elif self.mode == "late":
                await asyncio.sleep(self.value)
                writer.write(data)
            elif self.mode == "cut":
                writer.write(data[:self.value])
                raise ConnectionError
            elif self.mode == "refuse":
                raise ConnectionError
            elif self.mode != "drop":
                writer.write(data)
            await writer.drain()
        raise ConnectionError


def abort(writer):
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
