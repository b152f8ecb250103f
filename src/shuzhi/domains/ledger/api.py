"""The ledger for other systems. What can be verified is read from the static files; this only helps to find it."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from shuzhi.domains.ledger import services
from shuzhi.domains.ledger.cards import EntryCard, EntryPage, LedgerStatus
from shuzhi.spine.schemas import Day

router = Router(tags=["ledger"])


class Wanted(Schema):
    """Which entries: of an organ, a series, a running number, a day."""

    organ: Annotated[str, Field(max_length=24)] = ""
    series: Annotated[str, Field(max_length=24)] = ""
    number: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    day: Day | None = None
    before: Annotated[str, Field(max_length=19)] = ""


@router.get("/ledger", response=LedgerStatus)
def get_ledger_status(request: HttpRequest) -> LedgerStatus:
    """Where the open log stands and who watches it."""
    return services.status()


@router.get("/ledger/entries", response=EntryPage)
def list_ledger_entries(request: HttpRequest, wanted: Query[Wanted]) -> EntryPage:
    """Public entries, newest first."""
    return services.entries(**wanted.dict())


@router.get("/ledger/entries/{code}", response=EntryCard)
def get_ledger_entry(request: HttpRequest, code: str) -> EntryCard:
    """The entry of a receipt code."""
    return services.entry_of_code(code)
