# embed.awk - turn .sql files into a C header.
#
# A migration (sql/migrations/NNN_name.sql) becomes one row of
# gw_migrations; "-- name: foo" in any other file starts the query
# sql_foo.  Comments stay in the .sql files.
function quote(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return s }
function close_query() { if (open) print "    \"\";"; open = 0 }
BEGIN {
    print "/* made by sql/embed.awk from sql/; do not edit */"
}
FNR == 1 {
    close_query()
    n = split(FILENAME, part, "/")
    migration = part[n - 1] == "migrations"
    if (migration) {
        number = part[n] + 0
        if (number != ++migrations) {
            print "embed.awk: " FILENAME " is not number " migrations > "/dev/stderr"
            exit 1
        }
        printf "static const char sql_migration_%d[] =\n", number
        open = 1
    }
}
/^-- name: / && !migration {
    close_query()
    printf "static const char sql_%s[] __attribute__((unused)) =\n", $3
    open = 1
    next
}
{ sub(/--.*$/, ""); sub(/[ \t]+$/, "") }
/[^ \t]/ && open { print "    \"" quote($0) "\\n\"" }
END {
    close_query()
    print "static const char *const sql_migrations[] = {"
    for (i = 1; i <= migrations; i++) printf "    sql_migration_%d,\n", i
    print "};"
}
