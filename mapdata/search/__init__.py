"""A question → the records that answer it, from what is kept ready for each reader."""
