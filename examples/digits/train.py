#!/usr/bin/python3
"""Trains a small network on handwritten digits, on all ranks of a step.

Where the others are comes from the launcher (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT),
the data from the volume `datasets`; checkpoint and summary go to the volume `results`.
Exits with 1 when the ranks end with different parameters or the accuracy is poor.
"""
import datetime
import hashlib
import io
import json
import os
import socket
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.data.distributed import DistributedSampler

import dataset

EPOCHS = 10
BATCH = 32  # images a rank and step
LEARNING_RATE = 3e-3
GOOD_ACCURACY = 0.9
PATIENCE = datetime.timedelta(seconds=60)  # for ranks that never come or die


def network():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 4 * 4, 10))


def write_whole(path, content):
    """Replaces `path` in one step: whoever reads it has the old or the new bytes.

    As in make_dataset.py, since each of the two is to be copied alone.
    """
    with open(path + ".part", "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".part", path)


def save_checkpoint(directory, model, epoch):
    buffer = io.BytesIO()
    torch.save({"epoch": epoch, "model": model.state_dict()}, buffer)
    write_whole(os.path.join(directory, "checkpoint.pt"), buffer.getvalue())


def summed(values):
    """The sums of `values` over all ranks."""
    totals = torch.tensor(values, dtype=torch.float64)
    dist.all_reduce(totals)
    return totals.tolist()


def train_epoch(model, optimizer, loader):
    """Returns the mean loss of the epoch over all ranks."""
    loss_sum = images = 0
    for batch, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(labels)
        images += len(labels)
    loss_sum, images = summed([loss_sum, images])
    return loss_sum / images


def test_accuracy(model, images, labels, rank, world_size):
    """Each rank tests every world_size-th image: none twice, none left out."""
    with torch.no_grad():
        guesses = model(images[rank::world_size]).argmax(dim=1)
    right = (guesses == labels[rank::world_size]).sum().item()
    return summed([right])[0] / len(labels)


def ranks_agree(model):
    """Whether all ranks hold the same parameters, bit for bit."""
    digest = hashlib.sha256()
    for parameter in model.parameters():
        digest.update(parameter.detach().numpy().tobytes())
    mine = torch.tensor(int.from_bytes(digest.digest()[:7], "big"))
    low, high = mine.clone(), mine.clone()
    dist.all_reduce(low, dist.ReduceOp.MIN)
    dist.all_reduce(high, dist.ReduceOp.MAX)
    return low.item() == high.item()


def train(training, test, results, rank, world_size):
    """Returns (losses of the epochs, accuracy, whether the ranks agree)."""
    # One seed for all: DistributedDataParallel hands out rank 0's parameters anyway.
    torch.manual_seed(0)
    sampler = DistributedSampler(training, world_size, rank)
    loader = DataLoader(training, BATCH, sampler=sampler)
    model = nn.parallel.DistributedDataParallel(network())
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE)
    losses = []
    for epoch in range(1, EPOCHS + 1):
        sampler.set_epoch(epoch)
        losses.append(train_epoch(model, optimizer, loader))
        if rank == 0:
            print(f"epoch {epoch}: loss {losses[-1]:.4f}", flush=True)
            save_checkpoint(results, model.module, epoch)
    accuracy = test_accuracy(model.module, *test.tensors, rank, world_size)
    return losses, accuracy, ranks_agree(model)


def surroundings():
    """Returns (job, mount root), or ends with a sentence when the job lacks one."""
    if not os.environ.get("ATELIER_MOUNT_ROOT"):
        sys.exit("digits: there are no volumes; submit the job with --workspace=NAME")
    if not os.environ.get("RANK"):
        sys.exit("digits: there are no ranks; submit the job with --framework=pytorch "
                 "and start the program with srun")
    return os.environ.get("SLURM_JOB_ID", "none"), os.environ["ATELIER_MOUNT_ROOT"]


def load_both(directory):
    """The training and the test images; read before the ranks meet, so that a bad volume
    is told at once and by every node that has it."""
    try:
        return dataset.load(directory, "train.npz"), dataset.load(directory, "test.npz")
    except (OSError, ValueError) as error:
        sys.exit(f"digits: {socket.gethostname()}: {error}")


def main():
    started = time.monotonic()
    job, root = surroundings()
    training, test = load_both(os.path.join(root, "datasets", "digits"))
    results = os.path.join(root, "results", f"digits-{job}")
    os.makedirs(results, exist_ok=True)

    os.environ.setdefault("USE_LIBUV", "0")  # Debian's PyTorch 2 is built without it
    dist.init_process_group("gloo", init_method="env://", timeout=PATIENCE)
    rank, world_size = dist.get_rank(), dist.get_world_size()
    print(f"rank {rank} on {socket.gethostname()}, world size {world_size}", flush=True)
    losses, accuracy, agree = train(training, test, results, rank, world_size)
    if rank == 0:
        summary = {"job": job, "world_size": world_size, "losses": losses,
                   "accuracy": accuracy, "ranks_agree": agree,
                   "seconds": round(time.monotonic() - started, 1)}
        write_whole(os.path.join(results, "summary.json"),
                    (json.dumps(summary, indent=2) + "\n").encode())
        print(f"accuracy {accuracy:.4f} on the test images; see {results}", flush=True)
    dist.destroy_process_group()
    if not agree:
        sys.exit(f"digits: rank {rank}: the ranks ended with different parameters")
    if accuracy < GOOD_ACCURACY:
        sys.exit(f"digits: rank {rank}: accuracy {accuracy:.4f} is under {GOOD_ACCURACY}")


if __name__ == "__main__":
    main()
    # Not by the interpreter's end: a thread of Gloo's that is late lets go of its last tensor
    # then, wants Python's lock for it, and aborts a program that has done all its work.
    sys.stdout.flush()
    os._exit(0)
