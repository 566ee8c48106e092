"""Who may do what: accounts, signing in, one-time links, and the record of what was done.

Every change is an operation whose actor is an argument. Nothing here knows of requests or cookies.
"""
