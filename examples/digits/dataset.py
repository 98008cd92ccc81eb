"""Reads what make_dataset.py wrote, and refuses what is not that."""
import hashlib
import io
import os

import numpy
import torch


def load(directory, name):
    """The file `name` as a TensorDataset of images (N, 1, 8, 8) in 0..1 and labels (N).

    Raises ValueError when its bytes are not those that SHA256SUMS lists.
    """
    with open(os.path.join(directory, name), "rb") as file:
        content = file.read()
    with open(os.path.join(directory, "SHA256SUMS"), encoding="ascii") as file:
        sums = dict(reversed(line.split()) for line in file)
    if sums.get(name) != hashlib.sha256(content).hexdigest():
        raise ValueError(f"{directory}/{name} is not what SHA256SUMS says; "
                         "make the data set again with make_dataset.py")
    arrays = numpy.load(io.BytesIO(content))
    images = torch.from_numpy(arrays["images"]).float().unsqueeze(1) / 16
    labels = torch.from_numpy(arrays["labels"]).long()
    return torch.utils.data.TensorDataset(images, labels)
