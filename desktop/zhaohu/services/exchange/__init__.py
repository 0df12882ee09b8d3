"""Setting sites up and exchanging records between stations and the center."""
