"""Horovod on PyTorch, by its MPI or its Gloo controller, whichever the launcher set.

    train_horovod.py [--served]     Gloo's server is started by somebody else, such as horovodrun,
                                    which sets no controller when it is MPI
"""
import os
import sys

import torch
import horovod.torch as hvd

import digits


def serve_gloo():
    """The lines of man 7 atelier-launcher: what horovodrun would do, the server through
    which Gloo's processes meet."""
    from horovod.runner.http import http_server
    from horovod.runner.util.threads import in_thread

    if os.environ.get("HOROVOD_RANK") == "0":
        port = int(os.environ["HOROVOD_GLOO_RENDEZVOUS_PORT"])
        server = http_server.RendezvousHTTPServer(
            ("", port), http_server.RendezvousHandler, 0)
        in_thread(target=server.serve_forever)


def main():
    images, labels = digits.load()
    if "--served" in sys.argv:
        os.environ.setdefault("HOROVOD_CONTROLLER", "mpi")
    wanted = os.environ["HOROVOD_CONTROLLER"]
    if wanted == "gloo" and "--served" not in sys.argv:
        serve_gloo()
    hvd.init()
    if not (hvd.mpi_enabled() if wanted == "mpi" else hvd.gloo_enabled()):
        raise SystemExit(f"horovod is not driven by {wanted}")
    rank, size = hvd.rank(), hvd.size()
    layer = torch.nn.Linear(digits.PIXELS, digits.DIGITS)
    if rank == 0:  # the others get theirs from it
        for parameter in layer.parameters():
            torch.nn.init.zeros_(parameter)
    hvd.broadcast_parameters(layer.state_dict(), root_rank=0)
    optimizer = hvd.DistributedOptimizer(
        torch.optim.SGD(layer.parameters(), digits.RATE), layer.named_parameters())
    for some, answers in digits.shares(images, labels, rank, size):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            layer(torch.from_numpy(some)), torch.from_numpy(answers).long())
        loss.backward()
        optimizer.step()
    digits.report(images, labels, layer.weight.detach().numpy().T,
                  layer.bias.detach().numpy(), rank, size)
    hvd.shutdown()


if __name__ == "__main__":
    main()
