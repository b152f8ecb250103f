"""The only entrance to intake."""

from shuzhi.domains.intake.services.importing import (
    FileUnreadable,
    ImportRunning,
    import_demands,
    recognise_columns,
)
from shuzhi.domains.intake.services.judging import judge_suggestion, supplement
from shuzhi.domains.intake.services.matters import matters
from shuzhi.domains.intake.services.photos import (
    PhotoNotStored,
    add_photo,
    draft_photos,
    drop_draft_photos,
    keep_draft_photo,
    photo,
)
from shuzhi.domains.intake.services.publishing import public_demand, public_demands
from shuzhi.domains.intake.services.reading import suggest_places
from shuzhi.domains.intake.services.receiving import receive_demand, receive_many
from shuzhi.domains.intake.services.similar import find_answered, find_similar
from shuzhi.domains.intake.services.splitting import parts_of, split_demand
from shuzhi.domains.intake.services.tracking import track
from shuzhi.domains.intake.services.viewing import (
    calls_of,
    contact_of,
    contacts_of,
    find_by_words,
    get_demand,
    get_demands,
    public_codes,
    search,
)
from shuzhi.domains.intake.services.word_index import rebuild as rebuild_word_index

__all__ = [
    "FileUnreadable",
    "ImportRunning",
    "PhotoNotStored",
    "add_photo",
    "calls_of",
    "contact_of",
    "contacts_of",
    "draft_photos",
    "drop_draft_photos",
    "find_answered",
    "find_by_words",
    "find_similar",
    "get_demand",
    "get_demands",
    "import_demands",
    "judge_suggestion",
    "keep_draft_photo",
    "matters",
    "parts_of",
    "photo",
    "public_codes",
    "public_demand",
    "public_demands",
    "rebuild_word_index",
    "receive_demand",
    "receive_many",
    "recognise_columns",
    "search",
    "split_demand",
    "suggest_places",
    "supplement",
    "track",
]
