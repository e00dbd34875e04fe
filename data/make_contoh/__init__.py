"""How the bundled example is made: invented land, invented people, and faults with their key."""
