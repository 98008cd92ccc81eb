"""CNTK: its data-parallel learner, over MPI."""
import cntk
import numpy

import digits


def main():
    images, labels = digits.load()
    some_images = cntk.input_variable(digits.PIXELS)
    some_labels = cntk.input_variable(digits.DIGITS)
    weights = cntk.parameter((digits.PIXELS, digits.DIGITS), init=0)
    bias = cntk.parameter(digits.DIGITS, init=0)
    scores = cntk.times(some_images, weights) + bias
    loss = cntk.cross_entropy_with_softmax(scores, some_labels)
    # For the mean of a batch of all ranks, whatever its size.
    rate = cntk.learning_parameter_schedule(digits.RATE, minibatch_size=cntk.learners.IGNORE)
    learner = cntk.distributed.data_parallel_distributed_learner(
        cntk.sgd([weights, bias], rate, use_mean_gradient=True))
    trainer = cntk.Trainer(scores, (loss, None), [learner])
    rank, size = cntk.Communicator.rank(), cntk.Communicator.num_workers()
    answers_of = numpy.eye(digits.DIGITS, dtype="float32")
    for some, answers in digits.shares(images, labels, rank, size):
        trainer.train_minibatch({some_images: numpy.ascontiguousarray(some),
                                 some_labels: answers_of[answers]})
    digits.report(images, labels, weights.value, bias.value, rank, size)
    cntk.Communicator.finalize()


if __name__ == "__main__":
    main()
