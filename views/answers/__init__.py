"""Pages that answer in the place of the one that was asked for."""
