"""How it is shared: spreadsheets and tables, in and out."""
