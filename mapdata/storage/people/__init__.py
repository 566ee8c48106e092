"""Accounts, their sessions, what they did and how often somebody failed to sign in, as rows."""
