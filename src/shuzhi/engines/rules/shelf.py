"""The books that come with the engine: written from public law, with the marks of what was not verified."""

from importlib.resources import files

from .book import Book
from .reading import read_book


def shipped_books() -> tuple[str, ...]:
    """The names of the books, in order."""
    books = files(__package__).joinpath("books")
    return tuple(
        sorted(item.name.removesuffix(".yaml") for item in books.iterdir() if item.name.endswith(".yaml"))
    )


def shipped_book(name: str) -> Book:
    """A book of `shipped_books()`. Raises KeyError for another name."""
    if name not in shipped_books():
        raise KeyError(name)
    return read_book(
        files(__package__).joinpath("books", f"{name}.yaml").read_text("utf-8"), name=f"{name}.yaml"
    )
