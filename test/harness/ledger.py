"""The database from outside: every test reads, repairs, holds and spoils it
through this module, and no other opens it.

gw is an Httpd, or the path of a database.  All wait for others who write.
"""
import contextlib
import sqlite3

from .wait import PATIENCE

ROWS = """SELECT l.*, k.public_id AS key, m.name AS model,
                 u.name AS upstream, c.code AS currency
          FROM ledger l LEFT JOIN key k ON k.id = l.key_id
               LEFT JOIN model m ON m.id = l.model_id
               LEFT JOIN upstream u ON u.id = l.upstream_id
               LEFT JOIN currency c ON c.id = l.currency_id"""

Unreadable = sqlite3.DatabaseError


@contextlib.contextmanager
def opened(gw, mode="rw"):
    """A handle that commits each statement by itself."""
    path = getattr(gw, "database", gw)
    db = sqlite3.connect(f"file:{path}?mode={mode}", uri=True,
                         timeout=PATIENCE, isolation_level=None)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()


def query(gw, sql, *args):
    """The rows of a query."""
    with opened(gw, "ro") as db:
        return db.execute(sql, args).fetchall()


def rows(gw, key=None):
    """The ledger's rows with their names, oldest first; key: the public id of
    the one whose rows these are."""
    if key is None:
        return query(gw, ROWS + " ORDER BY l.id")
    return query(gw, ROWS + " WHERE k.public_id = ? ORDER BY l.id", key)


# ---- written to ----

@contextlib.contextmanager
def writing(gw):
    """A transaction; what fails in it leaves nothing."""
    with opened(gw) as db:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")


def change(gw, sql, *args):
    """A statement that has to change something."""
    with writing(gw) as db:
        assert db.execute(sql, args).rowcount > 0, sql


def add(gw, table, columns, values):
    """Rows: columns as "a, b", values a list of tuples."""
    marks = ", ".join("?" * len(columns.split(",")))
    with writing(gw) as db:
        db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                       values)


def run(gw, script):
    """Statements as they stand, as the program sqlite3 would; the database is
    made where there is none."""
    with opened(gw, "rwc") as db:
        db.executescript(script)


def empty_log(gw):
    """All that the -wal file holds into the main one.  Whether nobody was in
    the way."""
    with opened(gw) as db:
        return db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


# ---- in the way of others ----

@contextlib.contextmanager
def held(gw, how="IMMEDIATE"):
    """Another program holds the database: nobody else writes, with EXCLUSIVE
    it is also not opened by anybody."""
    with opened(gw) as db:
        db.execute("BEGIN " + how)
        yield
        db.execute("ROLLBACK")


@contextlib.contextmanager
def without(gw, table):
    """A table is not there, as if another program had spoilt the database."""
    with opened(gw) as db:
        db.execute("PRAGMA legacy_alter_table=ON")
        db.execute(f"ALTER TABLE {table} RENAME TO away")
        try:
            yield
        finally:
            db.execute(f"ALTER TABLE away RENAME TO {table}")
