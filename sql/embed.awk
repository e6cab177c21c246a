# embed.awk - turn .sql files into C: the header, or with -v part=c the
# source.
#
# A migration (sql/migrations/NNN_name.sql) becomes one of gw_sql_migrations;
# "-- name: foo" in any other file starts the statement sql_foo, a number of
# enum gw_sql whose text is gw_sql_texts[sql_foo].  Comments stay in the .sql
# files.
function quote(s) { gsub(/[\\"]/, "\\\\&", s); return s }

# The line without its comment.  What stands in quotes, which a line may leave
# open, is text; a doubled quote ends and begins it again.
function code(line,    i, c, out) {
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (literal == "" && substr(line, i, 2) == "--")
            break
        if (literal == "" && (c == "'" || c == "\""))
            literal = c
        else if (c == literal)
            literal = ""
        out = out c
    }
    if (literal == "")
        sub(/[ \t]+$/, "", out)
    return out
}

function fail(what) {
    print "embed.awk: " FILENAME ": " what > "/dev/stderr"
    failed = 1
    exit 1
}

BEGIN { literal = ""; statements = migrations = 0 }

FNR == 1 {
    if (literal != "")
        fail("the file before it ends inside a literal")
    n = split(FILENAME, path, "/")
    migration = path[n - 1] == "migrations"
    current = ""
    if (migration) {
        if (path[n] + 0 != ++migrations)
            fail("is not number " migrations)
        current = "migration " migrations
    }
}

/^-- name: / && !migration && literal == "" {
    current = $3
    name[++statements] = $3
    next
}

{
    inside = literal != ""
    line = code($0)
    if (current != "" && (inside || line ~ /[^ \t]/))
        text[current] = text[current] "    \"" quote(line) "\\n\"\n"
}

END {
    if (failed)
        exit 1
    if (literal != "")
        fail("ends inside a literal")
    print "/* made by sql/embed.awk from sql/; do not edit */"
    if (part == "c") {
        print "#include \"sql.h\"\n"
        print "const char *const gw_sql_texts[GW_SQL_STATEMENTS] = {"
        for (i = 1; i <= statements; i++)
            printf "[sql_%s] =\n%s    ,\n", name[i], text[name[i]]
        print "};\n\nconst char *const gw_sql_migrations[] = {"
        for (i = 1; i <= migrations; i++)
            printf "%s    ,\n", text["migration " i]
        print "};"
    }
    else {
        print "#ifndef GW_SQL_H\n#define GW_SQL_H\n\ntypedef enum gw_sql {"
        for (i = 1; i <= statements; i++)
            print "    sql_" name[i] ","
        print "    GW_SQL_STATEMENTS\n} gw_sql_t;\n"
        print "enum { GW_SQL_MIGRATIONS = " migrations " };\n"
        print "extern const char *const gw_sql_texts[GW_SQL_STATEMENTS];"
        print "extern const char *const gw_sql_migrations[];\n\n#endif"
    }
}
