"""`python -m geocode …`: the commands without a site, as for a ward whose tables are still being made."""

from geocode.cli import group

group(prog_name="python -m geocode")
