"""Accounts, passwords, backups, recovery, the audit log, and the doctor."""
