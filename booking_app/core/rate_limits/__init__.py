"""How often something may happen in a while, counted in the database by all processes together."""
