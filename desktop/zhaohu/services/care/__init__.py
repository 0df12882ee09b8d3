"""Visits and checks: what is due, recording and correcting, what happened to a child."""
