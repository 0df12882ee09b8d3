"""What people do: one function per act, one transaction each, plain values in and out."""
