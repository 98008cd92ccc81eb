"""mpi4py: the gradient of a batch by one all-reduce."""
import numpy
from mpi4py import MPI

import digits


def main():
    images, labels = digits.load()
    world = MPI.COMM_WORLD
    rank, size = world.Get_rank(), world.Get_size()
    weights = numpy.zeros((digits.PIXELS, digits.DIGITS), "float32")
    bias = numpy.zeros(digits.DIGITS, "float32")
    for some, answers in digits.shares(images, labels, rank, size):
        for gradient, parameter in zip(digits.gradient(some, answers, weights, bias),
                                       (weights, bias)):
            total = numpy.empty_like(parameter)
            world.Allreduce(gradient.astype("float32"), total)
            parameter -= digits.RATE * total / size
    digits.report(images, labels, weights, bias, rank, size)


if __name__ == "__main__":
    main()
