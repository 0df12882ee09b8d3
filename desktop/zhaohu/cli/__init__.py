"""The same services for scripts, schedulers and support staff."""
