"""Print maps at an exact scale."""
