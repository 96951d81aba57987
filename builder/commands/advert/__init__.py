"""A job advert: which definitions it asks for (`new role --from-ad`)."""
