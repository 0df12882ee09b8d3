"""What is true: pure functions over records and plain values; no files, no clock, no SQL, no Qt."""
