"""DeepSpeed on the CPU, with neither the `deepspeed` command nor a host file."""
import deepspeed
import torch

import digits


def main():
    images, labels = digits.load()
    deepspeed.init_distributed("gloo", auto_mpi_discovery=False)
    rank, size = deepspeed.comm.get_rank(), deepspeed.comm.get_world_size()
    layer = torch.nn.Linear(digits.PIXELS, digits.DIGITS)
    for parameter in layer.parameters():
        torch.nn.init.zeros_(parameter)
    engine, _, _, _ = deepspeed.initialize(
        model=layer, optimizer=torch.optim.SGD(layer.parameters(), digits.RATE),
        config={"train_batch_size": digits.BATCH,
                "train_micro_batch_size_per_gpu": digits.BATCH // size})
    for some, answers in digits.shares(images, labels, rank, size):
        loss = torch.nn.functional.cross_entropy(
            engine(torch.from_numpy(some)), torch.from_numpy(answers).long())
        engine.backward(loss)
        engine.step()
    layer = engine.module
    digits.report(images, labels, layer.weight.detach().numpy().T,
                  layer.bias.detach().numpy(), rank, size)
    deepspeed.comm.destroy_process_group()


if __name__ == "__main__":
    main()
