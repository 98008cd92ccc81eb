"""Hugging Face Accelerate on PyTorch, with no `accelerate launch`."""
import torch
from accelerate import Accelerator

import digits


def main():
    images, labels = digits.load()
    accelerator = Accelerator(cpu=True)
    rank, size = accelerator.process_index, accelerator.num_processes
    layer = torch.nn.Linear(digits.PIXELS, digits.DIGITS)
    for parameter in layer.parameters():
        torch.nn.init.zeros_(parameter)
    model, optimizer = accelerator.prepare(
        layer, torch.optim.SGD(layer.parameters(), digits.RATE))
    for some, answers in digits.shares(images, labels, rank, size):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(
            model(torch.from_numpy(some)), torch.from_numpy(answers).long())
        accelerator.backward(loss)
        optimizer.step()
    accelerator.wait_for_everyone()
    layer = accelerator.unwrap_model(model)
    digits.report(images, labels, layer.weight.detach().numpy().T,
                  layer.bias.detach().numpy(), rank, size)
    if torch.distributed.is_initialized():  # not of one process
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
