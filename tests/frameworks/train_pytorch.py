"""PyTorch's DistributedDataParallel over Gloo; where the others are says the launcher."""
import datetime
import os

import torch
import torch.distributed as dist

import digits


def main():
    images, labels = digits.load()
    # env:// under init=tcp, as most programs have it; the URL is for init=file.
    method = "env://" if "MASTER_ADDR" in os.environ else os.environ["ATELIER_INIT_METHOD"]
    dist.init_process_group("gloo", init_method=method,
                            rank=int(os.environ["RANK"]),
                            world_size=int(os.environ["WORLD_SIZE"]),
                            timeout=datetime.timedelta(seconds=60))
    rank, size = dist.get_rank(), dist.get_world_size()
    layer = torch.nn.Linear(digits.PIXELS, digits.DIGITS)
    for parameter in layer.parameters():
        torch.nn.init.zeros_(parameter)
    model = torch.nn.parallel.DistributedDataParallel(layer)
    optimizer = torch.optim.SGD(model.parameters(), digits.RATE)
    for some, answers in digits.shares(images, labels, rank, size):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            model(torch.from_numpy(some)), torch.from_numpy(answers).long())
        loss.backward()
        optimizer.step()
    digits.report(images, labels, layer.weight.detach().numpy().T,
                  layer.bias.detach().numpy(), rank, size)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
