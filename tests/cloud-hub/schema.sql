-- The database of a v3.3 cloud: one row a module, and who was seen last. Times in ms since the epoch.
CREATE TABLE IF NOT EXISTS modules (
  token TEXT NOT NULL,
  module_id TEXT NOT NULL,
  status TEXT NOT NULL,
  comment TEXT,
  technician_id TEXT NOT NULL,
  technician_name TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (token, module_id)
);
CREATE INDEX IF NOT EXISTS modules_by_time ON modules (token, updated_at);
CREATE TABLE IF NOT EXISTS technicians (
  token TEXT NOT NULL,
  technician_id TEXT NOT NULL,
  technician_name TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (token, technician_id)
);
