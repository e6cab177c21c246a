# table.awk - turn the tables of docs/translation.md into rows of C.
#
# Below a heading that names an endpoint as `/v1/...`, each line
# "| `path.member` | taken, quiet, dropped or refused | ... |" is one row: the
# member, and in `where` the path of what it stands in.  Those of one place stand
# together, and a line of its own says how many they are: G(from, where, count).
function fail(what) {
    print "table.awk: " FILENAME ":" FNR ": " what > "/dev/stderr"
    failed = 1
    exit 1
}

BEGIN {
    name["/v1/chat/completions"] = "CHAT"
    name["/v1/messages"] = "MESSAGES"
    name["/v1/responses"] = "RESPONSES"
    print "/* made by table.awk from docs/translation.md; do not edit */"
}

/^##? / {
    from = ""
    if (match($0, /`\/v1\/[a-z\/]+`/))
        from = name[substr($0, RSTART + 1, RLENGTH - 2)]
}

/^\| `/ && from != "" {
    split($0, cell, /[ \t]*\|[ \t]*/)
    path = cell[2]
    gsub(/`/, "", path)
    if (cell[3] !~ /^(taken|quiet|dropped|refused)$/)
        fail("'" cell[3] "' is not taken, quiet, dropped or refused")
    at = match(path, /\.[^.]*$/)
    where = at ? substr(path, 1, at - 1) : ""
    member = at ? substr(path, at + 1) : path
    if ((from, path) in seen)
        fail(path " is there twice")
    seen[from, path] = 1
    place = from ", \"" where "\""
    if (!(place in count))
        places[++last] = place
    count[place]++
    row[place] = row[place] sprintf("R(%s, \"%s\", %s)\n", place, member,
                                    toupper(cell[3]))
    rows++
}

END {
    if (!failed && rows < 2)
        fail("no table was found")
    for (i = 1; i <= last && !failed; i++)
        printf "G(%s, %d)\n%s", places[i], count[places[i]], row[places[i]]
    exit failed
}
