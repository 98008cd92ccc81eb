# shellcheck shell=bash
# Completion of atelier(1) in bash: the command itself says what a word may become.
_atelier() {
    local IFS=$'\n' words=() word before=
    # Bash has broken words at each `=`.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ $before && ($before == = || $word == =) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        before=$word
    done
    # shellcheck disable=SC2207 # a word a line
    COMPREPLY=($(atelier --complete -- "${words[@]}" 2>/dev/null))
    [[ ${words[-1]} == *=* ]] && COMPREPLY=("${COMPREPLY[@]#*=}")
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    return 0
}
complete -o default -F _atelier atelier
