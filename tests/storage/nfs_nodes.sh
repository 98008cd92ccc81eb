# nfs_nodes.sh: sourced after nfs_sandbox.sh; several mounts of one export at a time.
#
#     node NAME PROGRAM...    a mount where PROGRAM does what each line of its input says, and
#                             says in a line what came of it
#     on NAME LINE            has LINE done there; prints what came of it
#     tell NAME LINE, hear NAME   the same in two steps
#     end_nodes               says "exit" to each, and waits for the mounts
# shellcheck shell=bash disable=SC2154
declare -A input output node_process

node() {
    local name=$1 file
    shift
    mkfifo "$work/local/$name.in" "$work/local/$name.out"
    chown "$user" "$work/local/$name.in" "$work/local/$name.out"
    mounted "$@" <"$work/local/$name.in" >"$work/local/$name.out" 2>"$work/local/$name.end" &
    node_process[$name]=$!
    exec {file}>"$work/local/$name.in" && input[$name]=$file
    exec {file}<"$work/local/$name.out" && output[$name]=$file
}

tell() {
    printf '%s\n' "$2" >&"${input[$1]}"
}

hear() {
    local line
    read -r -t "${2:-$((20 * ${CHECK_PATIENCE:-1}))}" line <&"${output[$1]}" && printf '%s\n' "$line"
}

on() {
    tell "$1" "$2"
    hear "$1"
}

end_nodes() {
    local name file
    for name in "${!input[@]}"; do
        tell "$name" exit # a server that was started since holds the pipe open too
        file=${input[$name]}
        exec {file}>&-
        file=${output[$name]}
        exec {file}<&-
    done
    for name in "${!input[@]}"; do
        wait "${node_process[$name]}"
        rm -f "$work/local/$name.in" "$work/local/$name.out"
    done
    input=()
}
