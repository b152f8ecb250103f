"""What the commands print."""

from typing import Any

from rich.console import Console


def console(**options: Any) -> Console:
    """A console that prints words as they are: in anybody's words, and in names of files, brackets mark up nothing."""
    return Console(markup=False, emoji=False, **options)
