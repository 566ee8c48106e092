"""The tables of the registry, its accounts and what is kept beside the claims, as SQLAlchemy knows them."""
