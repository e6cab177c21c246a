"""Rules about SQL: every statement prepares, every query is used."""
import re
import sqlite3

from c_rules import need


def queries(tree):
    """name -> (place, text) of each "-- name:" in sql/*.sql."""
    found = {}
    for name in sorted(tree.files):
        if not re.fullmatch(r"sql/\w+\.sql", name):
            continue
        parts = re.split(r"^-- name: *(\S+)[^\n]*\n", tree.text(name),
                         flags=re.M)
        for query, text in zip(parts[1::2], parts[2::2]):
            found.setdefault(query, []).append((name, text))
    return found


def schema(tree):
    """A database with all migrations, and what went wrong."""
    db = sqlite3.connect(":memory:")
    names = sorted(n for n in tree.files
                   if re.fullmatch(r"sql/migrations/\w+\.sql", n))
    problems = []
    for i, name in enumerate(names, 1):
        if not re.fullmatch(rf"sql/migrations/{i:03}_\w+\.sql", name):
            problems.append(f"{name}: is not number {i:03}")
        try:
            db.executescript(tree.text(name))
        except sqlite3.Error as e:
            problems.append(f"{name}: {e}")
    if not names:
        problems.append("guard: found no migrations")
    return db, problems


def statements_prepare(tree):
    db, problems = schema(tree)
    yield from problems
    found = queries(tree)
    for query, places in found.items():
        if len(places) > 1:
            yield f"{places[1][0]}: {query} is in {places[0][0]} too"
        for name, text in places:
            numbers = {int(n) for n in re.findall(r"\?(\d+)", text)}
            if numbers != set(range(1, len(numbers) + 1)):
                yield f"{name}: {query} leaves out a parameter's number"
            try:
                db.execute("EXPLAIN " + text, [None] * len(numbers))
            except sqlite3.Error as e:
                yield f"{name}: {query}: {e}"
            if text.rstrip().count(";") != 1:
                yield f"{name}: {query} must be one statement with its ;"
    yield from need(found, "queries in sql/")


def queries_are_used(tree):
    found = queries(tree)
    used = {}
    for s in tree.c.values():
        for m in re.finditer(r"\bsql_(\w+)\b", s.bare):
            if not m[1].startswith("migration"):
                used.setdefault(m[1], s.at(m.start()))
    for query in sorted(found.keys() - used.keys()):
        yield f"{found[query][0][0]}: {query} is used nowhere"
    for query in sorted(used.keys() - found.keys()):
        yield f"{used[query]}: there is no query {query} in sql/"
    yield from need(used, "uses of queries")
