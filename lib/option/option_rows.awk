# Writes lib/option/option_rows.h of lua/atelier/base/option.lua.

function text_of(key, found)
{
    if (!match(row, key " = \"[^\"]*\""))
        return "NULL"
    found = substr(row, RSTART, RLENGTH)
    sub(/^[a-z]+ = /, "", found)
    return found
}

BEGIN {
    print "/* option_rows.h: OPTION(ID, FIELD, NAME, FORM, decides, argument, usage) for each"
    print " * option; lua/atelier/base/option.lua has the meanings, and lib/option/option_rows.awk made this"
    print " * of it. For whoever defines OPTION, which ends here. */"
}

/^    \{ name = / { row = "" }

/^    / { row = row $0 }

/ },$/ {
    gsub(/" +\.\. "/, "", row)
    name = text_of("name")
    id = toupper(name)
    field = name
    form = text_of("form")
    gsub(/"/, "", id)
    gsub(/"/, "", field)
    gsub(/"/, "", form)
    gsub(/-/, "_", id)
    gsub(/-/, "_", field)
    print "OPTION(" id ", " field ", " name ", " form ", " \
        (row ~ / decides = true/ ? "true" : "false") ", " text_of("argument") ", " \
        text_of("usage") ")"
}

END { print "#undef OPTION" }
