-- Every round of judging asks when a service was last heard of. Not on last_seen too: it changes with every rollup, and
-- an index on it would make each of these changes write to every index of the table.
create index signal_by_service on signal (service);
