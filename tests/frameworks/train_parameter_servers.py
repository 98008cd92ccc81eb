"""TensorFlow's ParameterServerStrategy: parameter servers, workers, and the chief that
gives them work.

Workers would each update when they are done; here the chief takes the mean of what all of
them found, so that the loss is one that can be compared.

    train_parameter_servers.py [--join]     parameter servers wait for ever
"""
import os
import sys
import threading
import time

import tensorflow as tf

import digits


def finished_file():
    """Where the chief says that all is done: the servers know no end of their own."""
    return os.path.join(os.environ["ATELIER_MOUNT_ROOT"], "results", "servers-{}.{}.done".format(
        os.environ["SLURM_JOB_ID"], os.environ["SLURM_STEP_ID"]))


def serve(resolver):
    server = tf.distribute.Server(resolver.cluster_spec(), job_name=resolver.task_type,
                                  task_index=resolver.task_id, protocol="grpc", start=True)
    if resolver.task_type == "ps" and "--join" in sys.argv:
        server.join()
    threading.Thread(target=server.join, daemon=True).start()
    while not os.path.exists(finished_file()):
        time.sleep(0.2)
    os._exit(0)  # the server has no end that Python could wait for


def lead(resolver):
    images, labels = digits.load()
    strategy = tf.distribute.ParameterServerStrategy(resolver)
    coordinator = tf.distribute.coordinator.ClusterCoordinator(strategy)
    workers = resolver.cluster_spec().num_tasks("worker")
    with strategy.scope():
        parameters = [tf.Variable(tf.zeros(shape))
                      for shape in ((digits.PIXELS, digits.DIGITS), (digits.DIGITS,))]
    for parameter in parameters:
        if "job:ps" not in parameter.device:
            raise SystemExit(f"a variable is on {parameter.device}, not on a server")

    @tf.function(input_signature=[tf.TensorSpec((None, digits.PIXELS), tf.float32),
                                  tf.TensorSpec((None,), tf.int32)])
    def gradients(some, answers):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                answers, tf.matmul(some, parameters[0]) + parameters[1]))
        return tape.gradient(loss, parameters)

    for shares in zip(*(digits.shares(images, labels, worker, workers)
                        for worker in range(workers))):
        found = [coordinator.schedule(gradients, args=(tf.constant(some), tf.constant(answers)))
                 for some, answers in shares]
        coordinator.join()
        for parameter, each in zip(parameters, zip(*(value.fetch() for value in found))):
            parameter.assign_sub(digits.RATE * sum(each) / workers)
    digits.report(images, labels, parameters[0].numpy(), parameters[1].numpy(), 0, 1)
    print(f"{workers} workers, {resolver.cluster_spec().num_tasks('ps')} servers", flush=True)


def main():
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    if resolver.task_type != "chief":
        serve(resolver)
    try:
        lead(resolver)
    finally:
        with open(finished_file(), "w", encoding="ascii"):
            pass


if __name__ == "__main__":
    main()
