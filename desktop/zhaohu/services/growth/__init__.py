"""Growth: assessments, trend, kept grades, surveys, and their words and papers."""
