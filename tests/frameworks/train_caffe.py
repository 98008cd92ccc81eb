"""Caffe's own solver; the mean of the gradients is taken over MPI between its backward pass
and its update, as the builds of Caffe with MPI do. Alone, nothing is to be taken."""
import os
import tempfile

os.environ.setdefault("GLOG_minloglevel", "2")  # else each layer is told

import caffe
from mpi4py import MPI

import digits

NET = """
layer {{ name: "images" type: "Input" top: "images"
    input_param {{ shape {{ dim: {rows} dim: {pixels} }} }} }}
layer {{ name: "labels" type: "Input" top: "labels"
    input_param {{ shape {{ dim: {rows} }} }} }}
layer {{ name: "scores" type: "InnerProduct" bottom: "images" top: "scores"
    inner_product_param {{ num_output: {digits} }} }}
layer {{ name: "loss" type: "SoftmaxWithLoss" bottom: "scores" bottom: "labels" top: "loss" }}
"""
SOLVER = 'net: "{net}" base_lr: {rate} lr_policy: "fixed" momentum: 0 weight_decay: 0 display: 0'


def solver_of(size):
    """As `caffe train --solver=` reads it; weights and bias begin at zero."""
    with tempfile.TemporaryDirectory() as directory:
        net, solver = (os.path.join(directory, name) for name in ("net", "solver"))
        with open(net, "w", encoding="ascii") as file:
            file.write(NET.format(rows=digits.BATCH // size, pixels=digits.PIXELS,
                                  digits=digits.DIGITS))
        with open(solver, "w", encoding="ascii") as file:
            file.write(SOLVER.format(net=net, rate=digits.RATE))
        return caffe.SGDSolver(solver)


def main():
    images, labels = digits.load()
    world = MPI.COMM_WORLD
    solver = solver_of(world.size)
    parameters = solver.net.params["scores"]

    def mean_of_gradients():
        for parameter in parameters:
            world.Allreduce(MPI.IN_PLACE, parameter.diff)
            parameter.diff[...] /= world.size

    solver.add_callback(lambda: None, mean_of_gradients)
    for some, answers in digits.shares(images, labels, world.rank, world.size):
        solver.net.blobs["images"].data[...] = some
        solver.net.blobs["labels"].data[...] = answers
        solver.step(1)
    digits.report(images, labels, parameters[0].data.T, parameters[1].data,
                  world.rank, world.size)


if __name__ == "__main__":
    main()
