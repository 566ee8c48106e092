"""What everyone may see, kept in a file for the time in which the database is away (docs/decisions/kept.md)."""

from mapdata.search.kept.keeper import Keeper
from mapdata.search.kept.telling import tell_writes

__all__ = ["Keeper", "tell_writes"]
