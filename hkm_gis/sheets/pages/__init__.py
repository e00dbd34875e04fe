"""Pages of A4 that people carry, sign and post: for a household, a conflict, the list of andil."""
