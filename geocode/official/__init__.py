"""The files that ministries publish, brought by a person: what of them is our municipality's, made into our tables."""
