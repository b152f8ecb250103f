"""The casework room: work orders from dispatch to a verified outcome, with their clocks."""
