"""What is due for whom, when it is planned, and what came of looking for the family."""
