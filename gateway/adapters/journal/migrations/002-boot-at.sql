-- Why: a board without a battery for its clock wakes up in the past. `at` is the time of the newest record of a run,
-- one without events too (the gateway's own report, every ten seconds), so that a clock behind it is noticed after the
-- quietest night. It is written in place with the record's number: no row more, and outside the hash chain.
ALTER TABLE boot ADD COLUMN at REAL NOT NULL DEFAULT 0;
