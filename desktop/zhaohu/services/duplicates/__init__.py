"""Children who may be one: finding them, telling them apart, merging and parting them again."""
