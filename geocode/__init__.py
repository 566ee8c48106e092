"""Address → point without a network, from the ward's own tables.

Points are (lat, lng) in WGS84 everywhere in this package; metres only in the ward's plane
(`geocode.space`). `geocode.space` loads geopandas and is imported by name where it is needed.
"""

from geocode import gazetteer, ward
from geocode.gazetteer import Town
from geocode.match import Match, geocode
from geocode.places import NamedPoint, Station

__all__ = ["Match", "NamedPoint", "Station", "Town", "gazetteer", "geocode", "ward"]
