"""The fictitious lists that a new site starts with."""
