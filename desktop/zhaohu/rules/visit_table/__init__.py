"""Visits and measurements that were kept in spreadsheets: which column answers which question of a form, and how."""
