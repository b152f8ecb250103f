"""What the county is: areas, units and posts, people, the dispatch catalogue, categories, time limits, the calendar."""
