-- 004_search_units.sql - reranks that were counted in search units.
--
-- Where an upstream counts nothing else, the row has no tokens and its
-- per_request is charged for each unit; 0: it is charged once.  No row so far
-- was counted so.

ALTER TABLE ledger ADD COLUMN search_units INTEGER NOT NULL DEFAULT 0;
