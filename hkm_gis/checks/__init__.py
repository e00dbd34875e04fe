"""The catalogue of checks: what can be wrong with the land and its papers."""
