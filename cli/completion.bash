# shellcheck shell=bash
# Completion of atelier(1) in bash: the command itself says what a word may become.
_atelier() {
    local IFS=$'\n'
    # shellcheck disable=SC2207 # a word a line
    COMPREPLY=($(atelier --complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
    [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    return 0
}
complete -o default -F _atelier atelier
