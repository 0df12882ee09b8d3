"""Growth curves as one geometry, drawn on screen and on paper."""
