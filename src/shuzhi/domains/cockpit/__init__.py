"""The leaders' page: what needs them today, the figures behind it, where, whose, and how it flows. It decides nothing."""
