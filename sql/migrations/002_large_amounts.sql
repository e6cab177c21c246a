-- 002_large_amounts.sql - adjustments of more than 9 223 372 currency units.
--
-- The amount of a request fits 64 bits of pico-units; budgets, sums and so
-- adjustments do not.  What a row's `amount` cannot hold stands beside it:
-- the row comes to micro * 10^6 + amount pico-units.  All rows so far come
-- to their `amount`.

ALTER TABLE ledger ADD COLUMN micro INTEGER NOT NULL DEFAULT 0;
