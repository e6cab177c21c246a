-- 002_amounts_and_clock.sql - adjustments of more than 9 223 372 currency
-- units, and until when the clock was believed.
--
-- The amount of a request fits 64 bits of pico-units; budgets, sums and so
-- adjustments do not.  What a row's `amount` cannot hold stands beside it:
-- the row comes to micro * 10^6 + amount pico-units.  All rows so far come
-- to their `amount`.

ALTER TABLE ledger ADD COLUMN micro INTEGER NOT NULL DEFAULT 0;

-- One row: a time at which httpd ran and its clock was believed, not older
-- than an hour while it runs.
CREATE TABLE clock (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    seen_ms     INTEGER NOT NULL
);
