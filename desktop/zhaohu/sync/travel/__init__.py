"""Ways to travel: folders, sticks and servers where the files of the exchange are laid down and fetched."""
