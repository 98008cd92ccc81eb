"""Keras' model, loss and optimizer below TensorFlow's MultiWorkerMirroredStrategy.

By a loop of its own: fit() of Keras 3 cannot feed several workers (its versions up to 3.10
end in an error or let each worker train alone).
"""
import os

import keras
import tensorflow as tf

import digits
from train_tensorflow import place


def main():
    if keras.backend.backend() != os.environ["KERAS_BACKEND"]:
        raise SystemExit(f"Keras computes with {keras.backend.backend()}")
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    images, labels = digits.load()
    rank, size = place(strategy.cluster_resolver), strategy.num_replicas_in_sync
    with strategy.scope():
        model = keras.Sequential([keras.Input((digits.PIXELS,)),
                                  keras.layers.Dense(digits.DIGITS, kernel_initializer="zeros")])
        optimizer = keras.optimizers.SGD(digits.RATE)
        optimizer.build(model.trainable_variables)
    mean_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def replica_step(some, answers):
        with tf.GradientTape() as tape:
            loss = mean_loss(answers, model(some))  # over the rows of all replicas
        optimizer.apply(tape.gradient(loss, model.trainable_variables))

    @tf.function
    def step(some, answers):
        strategy.run(replica_step, args=(some, answers))

    for some, answers in digits.shares(images, labels, rank, size):
        step(tf.constant(some), tf.constant(answers))
    digits.report(images, labels, *model.get_weights(), rank, size)


if __name__ == "__main__":
    main()
