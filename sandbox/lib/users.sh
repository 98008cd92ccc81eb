# The people of the sandbox. The host's own people are unknown on the machines; the system's
# users (slurm, munge, mysql, ...) are those of the release's root. Nobody has a password: `su`,
# by which newer Slurm looks for a user's environment, refuses whoever has one and no shadow
# entry.

users=(alice:1001 bob:1002 carol:1003 mallory:1004)
groups=(vision:2001:alice,carol nlp:2002:bob,carol)

# of_system FILE SLURM: its lines of users or groups of the system, with SLURM where none of these
# is `slurm`: Debian's packages make that one, others do not, and a site's own may be of its people.
of_system() {
    awk -F : -v slurm="$2" '
        $3 < 1000 || $3 >= 60000 { print; if ($1 == "slurm") slurm = "" }
        END { if (slurm) print slurm }' "$(release_root "$release")/etc/$1"
}

write_users() {
    local user
    of_system passwd slurm:x:64030:64030::/nonexistent:/usr/sbin/nologin | sed 's/:[^:]*/:*/'
    for user in "${users[@]}"; do
        printf '%s:*:%s:%s::/home/%s:/bin/bash\n' \
            "${user%:*}" "${user#*:}" "${user#*:}" "${user%:*}"
    done
}

write_groups() {
    local user group name number members
    of_system group slurm:x:64030:
    for user in "${users[@]}"; do
        printf '%s:x:%s:\n' "${user%:*}" "${user#*:}"
    done
    for group in "${groups[@]}"; do
        IFS=: read -r name number members <<<"$group"
        printf '%s:x:%s:%s\n' "$name" "$number" "$members"
    done
}

require_user() {
    local user
    [ "$1" = root ] && return
    for user in "${users[@]}"; do
        [ "$1" = "${user%:*}" ] && return
    done
    misused "there is no user '$1', only root ${users[*]%:*}"
}
