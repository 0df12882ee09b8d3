"""What was found and must be followed to its end: findings, referrals, special cases."""
