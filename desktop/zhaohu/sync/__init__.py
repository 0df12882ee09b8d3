"""How it travels: keys, enrolment, the sealed container, export, import and receipts.

Every file between a station and its center is signed by its maker and, but for enrolment files, encrypted to its
reader. Order and "what is new" are told by numbers and hashes only, never by clocks.
"""
