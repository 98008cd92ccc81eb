"""JAX over several processes: jax.distributed.initialize() without an argument, and the
mean over the batch of all of them by its own CPU collectives."""
import os

import jax
import jax.numpy as jnp
import numpy
from jax._src import distributed
from jax.experimental import multihost_utils
from jax.sharding import Mesh, PartitionSpec

import digits

jax.config.update("jax_cpu_collectives_implementation", "gloo")


def mean_loss(parameters, images, labels):
    scores = jax.nn.log_softmax(images @ parameters[0] + parameters[1])
    return -scores[jnp.arange(len(labels)), labels].mean()


@jax.jit
def updated(parameters, images, labels):
    gradients = jax.grad(mean_loss)(parameters, images, labels)
    return [parameter - digits.RATE * gradient
            for parameter, gradient in zip(parameters, gradients)]


def main():
    images, labels = digits.load()
    jax.distributed.initialize()
    if distributed.global_state.coordinator_address != os.environ["JAX_COORDINATOR_ADDRESS"]:
        raise SystemExit("JAX meets where it likes, not at JAX_COORDINATOR_ADDRESS")
    rank, size = jax.process_index(), jax.process_count()
    mesh = Mesh(numpy.array(jax.devices()), ("batch",))

    def everywhere(values, spec):
        return multihost_utils.host_local_array_to_global_array(values, mesh, spec)

    parameters = everywhere([numpy.zeros((digits.PIXELS, digits.DIGITS), "float32"),
                             numpy.zeros(digits.DIGITS, "float32")], PartitionSpec())
    for some, answers in digits.shares(images, labels, rank, size):
        parameters = updated(parameters, *everywhere((some, answers),
                                                     PartitionSpec("batch")))
    weights, bias = multihost_utils.global_array_to_host_local_array(
        parameters, mesh, PartitionSpec())
    digits.report(images, labels, numpy.asarray(weights), numpy.asarray(bias), rank, size)


if __name__ == "__main__":
    main()
