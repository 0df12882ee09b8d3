"""The summary of a survey: how often each grade stands, with intervals, and how good the measurements are."""
