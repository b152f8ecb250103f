"""The rooms act: one room per duty of the city; a room is entered by its `services` only."""
