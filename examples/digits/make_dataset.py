#!/usr/bin/python3
"""Writes the digits data set for train.py: make_dataset.py DIRECTORY

1,797 handwritten digits of 8 x 8 pixels, from scikit-learn's own copy of the UCI data: no
download. DIRECTORY gets train.npz, test.npz and SHA256SUMS, the same bytes every time;
`sha256sum --check SHA256SUMS` verifies them, and train.py does.
"""
import hashlib
import io
import os
import sys

import numpy
from sklearn.datasets import load_digits

TEST_IMAGES = 360
SEED = 1797


def split(images, labels):
    """Shuffles once, since the data set is sorted by who wrote the digits."""
    order = numpy.random.RandomState(SEED).permutation(len(labels))
    parts = {"test.npz": order[:TEST_IMAGES], "train.npz": order[TEST_IMAGES:]}
    return {name: (images[part], labels[part]) for name, part in parts.items()}


def packed(images, labels):
    """The bytes of one .npz file: pixels 0 to 16, labels 0 to 9."""
    buffer = io.BytesIO()
    numpy.savez(buffer, images=images.astype("uint8"), labels=labels.astype("uint8"))
    return buffer.getvalue()


def write(path, content):
    """Writes a whole file or none, so that a reader never sees half of one."""
    with open(path + ".part", "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".part", path)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_dataset.py DIRECTORY")
    directory = sys.argv[1]
    os.makedirs(directory, exist_ok=True)
    digits = load_digits()
    sums = ""
    for name, part in sorted(split(digits.images, digits.target).items()):
        content = packed(*part)
        write(os.path.join(directory, name), content)
        sums += f"{hashlib.sha256(content).hexdigest()}  {name}\n"
    write(os.path.join(directory, "SHA256SUMS"), sums.encode())


if __name__ == "__main__":
    main()
