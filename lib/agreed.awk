# Writes lib/agreed.h of lua/atelier/base/agreed.lua.

BEGIN {
    print "/* agreed.h: what the policy engine and C have alike; lua/atelier/base/agreed.lua has the"
    print " * meanings, and lib/agreed.awk made this of it. */"
    print "#ifndef ATELIER_AGREED_H\n#define ATELIER_AGREED_H\n"
}

match($0, /^    [A-Z_]+ = ([0-9]+|"[^"]*"),/) {
    entry = substr($0, 5, RLENGTH - 5)
    name = entry
    sub(/ = .*/, "", name)
    sub(/^[A-Z_]+ = /, "", entry)
    print "#define " name " " entry
    next
}

/^    [^-]/ {
    print FILENAME ":" FNR ": not one number or text on a line" > "/dev/stderr"
    exit 1
}

END { print "\n#endif" }
