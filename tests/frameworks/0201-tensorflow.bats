#!/usr/bin/env bats
# TensorFlow 2: workers that mirror each other, parameter servers, and Keras.

load frameworks

setup_file() { frameworks_up; }
teardown_file() { frameworks_down; }
setup() {
    invariant_begin
    need tensorflow
}
teardown() { invariant_end; }

python=$installed/tensorflow/bin/python3

@test "TensorFlow, mirrored: the loss of one process on every layout" {
    trains --framework=tensorflow "$python" "$programs/train_tensorflow.py"
}

@test "TensorFlow, mirrored, with worker 0 as chief" {
    timed 2x2 step 2x2 --framework=tensorflow:chief "$python" "$programs/train_tensorflow.py"
}

# served LAYOUT SERVERS WORKERS: the chief leads so many, and all processes end with it.
served() {
    step "$1" --framework="tensorflow:chief,ps=$2" "$python" "$programs/train_parameter_servers.py"
    expect_loss 1 "$said"
    grep -x "$3 workers, $2 servers" <<<"$said"
    note "$1: $(grep -o 'loss .*' <<<"$said"), $3 workers, $2 servers"
}

# Three processes are the least: a chief, a server, a worker.
@test "TensorFlow, parameter servers: the loss of one process with one worker or several" {
    served 1x3 1 1
    served 3x1 1 1
    served 2x2 1 2
    served 3x2 2 3
}

@test "TensorFlow, parameter servers that wait for ever: atelier run ends them" {
    run_step 3x2 tensorflow:chief,ps=2 "$python" "$programs/train_parameter_servers.py" --join
    expect_loss 1 "$said"
    grep -x "3 workers, 2 servers" <<<"$said"
}

@test "Keras over TensorFlow: the loss of one process on every layout" {
    trains --framework=keras "$python" "$programs/train_keras.py"
}
