-- Which events a person has been told of, by ct-notify.
CREATE TABLE told_row (
	event TEXT NOT NULL,                    -- the event's id
	t_ms INTEGER NOT NULL,                  -- when the command had taken it (ms UTC)
	PRIMARY KEY (event)
) STRICT, WITHOUT ROWID;
