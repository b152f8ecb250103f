"""Rules as code: a law written once as a book, read by interpreters that agree to the fen.

`read_book` checks a YAML text; `bind` puts a date to it; `Walker`, `Explainer` and `calculate` answer for one
household; `answer_people` answers for a population in memory; `query` writes one SQL text for a larger one. Unknown is
a third answer everywhere.
"""

from .binding import Program, bind
from .book import Article, Book, Grant, Input, Param, Rule, Version
from .calculating import calculate, plain, situation_of
from .changing import Change, nearest_changes
from .checking import check
from .claims import SALT_SIZE, ClaimRefused, Recomputed, format_claim, parse_claim, recompute, seal_inputs
from .columnar import Asked, Coded, Given, People, answer_people
from .comparing import Difference, back_payment, compare_dates, differences
from .decisions import table_from_rows
from .dialects import DUCKDB, POSTGRESQL, SPARK, Dialect
from .docs import docs
from .explaining import Explainer, Missing, Why
from .findings import BookRefused, Finding, InputRefused
from .formatting import format_book
from .graph import graph_svg
from .kinds import day_of, shown_value
from .populations import Tables, faults_query
from .proving import Failure, failing_cases
from .reading import read_book
from .reforming import Amount, reformed
from .schema import editor_schema
from .shapes import one_shape
from .shelf import shipped_book, shipped_books
from .situation import Situation
from .sql import query
from .walking import Outcome, Walker
from .wording import amount_in, label_of, unit_in

__all__ = [
    "DUCKDB",
    "POSTGRESQL",
    "SALT_SIZE",
    "SPARK",
    "Amount",
    "Article",
    "Asked",
    "Book",
    "BookRefused",
    "Change",
    "ClaimRefused",
    "Coded",
    "Dialect",
    "Difference",
    "Explainer",
    "Failure",
    "Finding",
    "Given",
    "Grant",
    "Input",
    "InputRefused",
    "Missing",
    "Outcome",
    "Param",
    "People",
    "Program",
    "Recomputed",
    "Rule",
    "Situation",
    "Tables",
    "Version",
    "Walker",
    "Why",
    "amount_in",
    "answer_people",
    "back_payment",
    "bind",
    "calculate",
    "check",
    "compare_dates",
    "day_of",
    "differences",
    "docs",
    "editor_schema",
    "failing_cases",
    "faults_query",
    "format_book",
    "format_claim",
    "graph_svg",
    "label_of",
    "nearest_changes",
    "one_shape",
    "parse_claim",
    "plain",
    "query",
    "read_book",
    "recompute",
    "reformed",
    "seal_inputs",
    "shipped_book",
    "shipped_books",
    "shown_value",
    "situation_of",
    "table_from_rows",
    "unit_in",
]
