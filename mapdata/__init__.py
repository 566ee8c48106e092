"""What is known: the registry of social resources, its lists and its one door out."""
