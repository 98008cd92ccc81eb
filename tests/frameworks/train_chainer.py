"""ChainerMN: its multi-node optimizer over MPI."""
import chainer
import chainermn
import numpy

import digits


def main():
    images, labels = digits.load()
    world = chainermn.create_communicator("naive")
    layer = chainer.links.Linear(digits.PIXELS, digits.DIGITS,
                                 initialW=0 if world.rank == 0 else 1, initial_bias=0)
    world.bcast_data(layer)  # the others get theirs from rank 0
    optimizer = chainermn.create_multi_node_optimizer(
        chainer.optimizers.SGD(digits.RATE), world)
    optimizer.setup(layer)
    # Its first update only hands the parameters of rank 0 out.
    optimizer.update(lambda: chainer.functions.sum(
        layer(numpy.zeros((1, digits.PIXELS), "float32"))) * 0)
    for some, answers in digits.shares(images, labels, world.rank, world.size):
        optimizer.update(lambda some=some, answers=answers:
                         chainer.functions.softmax_cross_entropy(layer(some), answers))
    digits.report(images, labels, layer.W.array.T, layer.b.array, world.rank, world.size)


if __name__ == "__main__":
    main()
