"""A file ↔ the registry: lists are read, judged, taken in and written out."""
