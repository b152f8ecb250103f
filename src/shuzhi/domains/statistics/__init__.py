"""How well the county does: one fact per work order, and measures that cannot mislead."""
