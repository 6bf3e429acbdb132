"""The database: its schema, its migrations, and the ways into it."""
