"""Where three databases differ; everything else of the SQL text is the same for all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """Quotes of a name, integer division that truncates, days between two dates, and type names."""

    name: str
    quote: str
    divide: str
    days: str
    text_type: str

    def column(self, name: str) -> str:
        """A quoted name; names of a book hold no quote, and of tables any quote is doubled."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


DUCKDB = Dialect("duckdb", '"', "({a} // {b})", "CAST({b} - {a} AS BIGINT)", "VARCHAR")
POSTGRESQL = Dialect("postgresql", '"', "({a} / {b})", "CAST({b} - {a} AS BIGINT)", "VARCHAR")
SPARK = Dialect("spark", "`", "({a} div {b})", "CAST(DATEDIFF({b}, {a}) AS BIGINT)", "STRING")
