"""Caffe2's operators, from a PyTorch that still has them: shards that meet by files, as its
resnet50_trainer.py does, and all-reduce their gradients by Gloo.

    train_caffe2.py --num_shards N --shard_id I --run_id NAME \
        --file_store_path DIRECTORY
"""
import argparse

import numpy
from caffe2.proto import caffe2_pb2
from caffe2.python import core, workspace

import digits


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--num_shards", type=int, required=True)
    parser.add_argument("--shard_id", type=int, required=True)
    parser.add_argument("--run_id", required=True)
    parser.add_argument("--file_store_path", required=True)
    return parser.parse_args()


def meet(given):
    """The common world of all shards; one shard alone has none."""
    workspace.RunOperatorOnce(core.CreateOperator(
        "FileStoreHandlerCreate", [], ["store"], path=given.file_store_path,
        prefix=given.run_id))
    workspace.RunOperatorOnce(core.CreateOperator(
        "CreateCommonWorld", ["store"], ["world"], name="digits", engine="GLOO",
        size=given.num_shards, rank=given.shard_id, timeout_sec=60,
        device_option=core.DeviceOption(caffe2_pb2.CPU)))


def part(given):
    """Not before all are done: who leaves closes connections that others may still read."""
    workspace.RunOperatorOnce(core.CreateOperator(
        "StoreSet", ["store", "one"], [], blob_name=f"done-{given.shard_id}"))
    workspace.RunOperatorOnce(core.CreateOperator(
        "StoreWait", ["store"], [],
        blob_names=[f"done-{shard}" for shard in range(given.num_shards)]))


def training_net(given):
    net = core.Net("digits")
    scores = net.FC(["images", "weights", "bias"], "scores")
    _, loss = net.SoftmaxWithLoss([scores, "labels"], ["softmax", "loss"])
    gradients = net.AddGradientOperators([loss])
    for name in ("weights", "bias"):
        gradient = str(gradients[name])
        if given.num_shards > 1:
            net.Allreduce(["world", gradient], [gradient], engine="GLOO")
        net.WeightedSum([name, "one", gradient, "rate"], [name])
    return net


def main():
    given = arguments()
    images, labels = digits.load()
    if given.num_shards > 1:
        meet(given)
    for name, values in (("weights", numpy.zeros((digits.DIGITS, digits.PIXELS))),
                         ("bias", numpy.zeros(digits.DIGITS)), ("one", numpy.ones(1)),
                         ("rate", numpy.full(1, -digits.RATE / given.num_shards))):
        workspace.FeedBlob(name, values.astype("float32"))
    net = training_net(given)
    created = False
    for some, answers in digits.shares(images, labels, given.shard_id, given.num_shards):
        workspace.FeedBlob("images", some)
        workspace.FeedBlob("labels", answers)
        if not created:
            workspace.CreateNet(net)
            created = True
        workspace.RunNet(net)
    if given.num_shards > 1:
        part(given)
    digits.report(images, labels, workspace.FetchBlob("weights").T,
                  workspace.FetchBlob("bias"), given.shard_id, given.num_shards)


if __name__ == "__main__":
    main()
