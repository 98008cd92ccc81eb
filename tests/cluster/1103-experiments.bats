#!/usr/bin/env bats
# A mistyped experiment is told of where it is submitted; one experiment has one spelling.

# shellcheck disable=SC2016 # backquotes are in the sentences

load cluster

setup_file() { cluster_up; }
setup() {
    invariant_begin
    on head rm -rf /home/alice/.cache/atelier /home/carol/.cache/atelier
}
teardown() { invariant_end; }

# A job of carol's, so that the experiment is in the accounting.
begin() {
    submit carol --workspace=vision --experiment="$1" -o /dev/null --wrap true
    wait_until 20 eval '[ "$(accounting "$job" State)" = COMPLETED ]'
    local wckey=vision.$1
    wait_until 20 eval 'as alice sacct -X -n -P -a -o WCKey -A vision -S now-90days | grep -qx "$wckey"'
}

said_of() {
    as alice sbatch --workspace=vision --experiment="$1" --hold -o /dev/null --wrap true 2>&1
}

# Who does not answer in time is not waited for, and asked again the next time.
told() {
    said_of "$1" | grep -F "atelier: new experiment \`$1\` in vision (there is \`digits\`)"
}

@test "a typo begins a new experiment, and its user is told so once, with the one that is near" {
    begin digits
    wait_until 30 told digts
    [[ $(said_of digts) == "Submitted batch job "* ]]
    [[ $(said_of DIGITS) == "Submitted batch job "* ]]
    wait_until 30 eval 'as alice srun --workspace=vision --experiment=digit true 2>&1 | grep -qF "(there is \`digits\`)"'
    on head grep -qx vision.digts /home/alice/.cache/atelier/experiments
}

@test "a stranger is told of no experiment" {
    begin digits
    run as mallory sbatch --workspace=vision --experiment=digts -o /dev/null --wrap true
    [ "$status" -ne 0 ]
    [[ $output == *"not one of yours"* && $output != *digits* ]]
}

@test "an accounting that does not answer holds nobody up for long" {
    on head pkill -STOP -x slurmdbd
    local began=${EPOCHREALTIME/./}
    said=$(said_of slow || true)
    took=$((${EPOCHREALTIME/./} - began))
    on head pkill -CONT -x slurmdbd
    echo "$took us: $said"
    [[ $said == "Submitted batch job "* ]]
    [ "$took" -lt 10000000 ]
}

@test "an accounting that did not answer a moment ago is not asked again at once" {
    begin digits
    local waiting=/home/alice/.cache/atelier/experiments.waiting
    as alice mkdir -p /home/alice/.cache/atelier
    as alice touch -d '3 seconds ago' "$waiting"
    [[ $(said_of digts) == "Submitted batch job "* ]]
    as alice touch -d '30 seconds ago' "$waiting"
    wait_until 30 told digts
    run on head test -e "$waiting"
    [ "$status" = 1 ]
}

@test "one spelling in the record, the job and its steps" {
    submit alice --workspace=vision --experiment=DigitsX -o /mnt/atelier/results/%j.out \
        --wrap 'srun sh -c "echo \$ATELIER_EXPERIMENT"'
    wait_until 20 eval '[ "$(accounting "$job" WCKey)" = vision.digitsx ]'
    [[ $(accounting "$job" AdminComment) == *" experiment=digitsx "* ]]
    [ "$(on head cat "/results/$job.out")" = digitsx ]
    on head rm "/results/$job.out"
}
