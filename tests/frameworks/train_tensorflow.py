"""TensorFlow's MultiWorkerMirroredStrategy, by TF_CONFIG alone."""
import tensorflow as tf

import digits


def place(resolver):
    """This process among all: the chief is the first, where there is one."""
    head = 1 if "chief" in resolver.cluster_spec().jobs else 0
    return 0 if resolver.task_type == "chief" else resolver.task_id + head


def main():
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    images, labels = digits.load()
    rank, size = place(strategy.cluster_resolver), strategy.num_replicas_in_sync
    with strategy.scope():
        parameters = [tf.Variable(tf.zeros(shape), aggregation=tf.VariableAggregation.MEAN)
                      for shape in ((digits.PIXELS, digits.DIGITS), (digits.DIGITS,))]

    def replica_step(some, answers):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                answers, tf.matmul(some, parameters[0]) + parameters[1]))
        for parameter, gradient in zip(parameters, tape.gradient(loss, parameters)):
            parameter.assign_sub(digits.RATE * gradient)

    @tf.function
    def step(some, answers):
        strategy.run(replica_step, args=(some, answers))

    for some, answers in digits.shares(images, labels, rank, size):
        step(tf.constant(some), tf.constant(answers))
    digits.report(images, labels, parameters[0].numpy(), parameters[1].numpy(), rank, size)


if __name__ == "__main__":
    main()
