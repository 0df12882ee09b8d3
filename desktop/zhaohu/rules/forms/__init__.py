"""The form language: one data file becomes screen, checks, paper and columns."""
