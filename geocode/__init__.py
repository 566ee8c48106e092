"""Address → point without a network, from the ward's own tables.

Points are (lat, lng) in WGS84 everywhere in this package; metres only in the ward's plane
(`geocode.space`). `geocode.space` loads geopandas and is imported by name where it is needed.
A site says once, by `installed.use`, in which folder the tables of `geocode install` lie.
"""

from geocode import gazetteer, installed, ward
from geocode.gazetteer import Town
from geocode.match import ConfirmedPoints, Match, address_key, geocode
from geocode.places import NamedPoint, Station

__all__ = [
    "ConfirmedPoints",
    "Match",
    "NamedPoint",
    "Station",
    "Town",
    "address_key",
    "gazetteer",
    "geocode",
    "installed",
    "ward",
]
