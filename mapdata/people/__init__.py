"""Who signs in: accounts, roles and what they may do. No storage, no session."""
