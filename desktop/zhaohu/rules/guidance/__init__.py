"""What families are told: the texts by age and topic, what a district changed of them, and which are offered when."""
