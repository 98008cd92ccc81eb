# inside.sh: sourced by the scripts that run in the guest; what tap.sh has is here, too.
# shellcheck shell=bash disable=SC1091,SC2034
work=/run
. /guest/tap.sh

# The time counts, and not the tries: each takes long in a processor that is emulated.
within() { # SECONDS COMMAND...
    local last=$(($(cut -d. -f1 /proc/uptime) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(cut -d. -f1 /proc/uptime)" -lt "$last" ] || return 1
        sleep 0.1
    done
}

listening() {
    (: >/dev/tcp/127.0.0.1/2049) 2>/dev/null
}
