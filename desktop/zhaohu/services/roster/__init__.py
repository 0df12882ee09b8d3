"""Taking a roster (名册) in: reading, judging, mending, saving, undoing."""
