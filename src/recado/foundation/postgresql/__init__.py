"""Django's PostgreSQL, reading moments and looking for many ids faster: the engine that the settings name."""
