"""How it prints: each document is a function from plain values to the bytes of an A4 PDF, the same on every machine."""
