-- Why: the first form of the journal. Everything the gateway knows is a fold of `entry`, so that a restart is
-- "read and fold" and nothing has to be kept equal in two places.

-- Facts about the file itself: gateway_id, genesis (what the hash chain starts from), key_check (a known text sealed
-- under the key file, so that a wrong key file is found at once and not at the first person).
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row an event. `body` holds no personal data: that is in `sealed`, under the key of `person`, so that the row
-- and its hash can stay when the person is forgotten. `at` is REAL because the steady clock may count fractions.
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  record TEXT NOT NULL,
  not_logged INTEGER NOT NULL,
  kind TEXT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL,
  person TEXT,
  sealed BLOB,
  hash BLOB NOT NULL
) STRICT;

-- 32 bytes a person, wrapped under the key file. Deleting a row forgets the person. The person '' is the journal
-- itself: its key seals the snapshots.
CREATE TABLE person_key (
  person TEXT PRIMARY KEY,
  wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What folding all entries up to `seq` gave, so that restart time does not grow with history.
CREATE TABLE snapshot (
  seq INTEGER PRIMARY KEY,
  state BLOB NOT NULL
) STRICT;

-- The last record of each run of the gateway, written in the transaction of that record: a batch that is tried again
-- and a spill file that is folded in can never store a record twice. `seq` shows when the newest entries were cut off.
CREATE TABLE boot (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  last_record INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
