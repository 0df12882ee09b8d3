"""Where it is kept: the encrypted database, its keys, migrations and journal of changes."""
