"""Visits and measurements out of spreadsheets: read, judged, taken in."""
