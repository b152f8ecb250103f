"""The only entrance to intake."""

from shuzhi.domains.intake.services.certainty import is_certain
from shuzhi.domains.intake.services.erasing import erase_requester
from shuzhi.domains.intake.services.hiding import hide_people
from shuzhi.domains.intake.services.importing import (
    FileUnreadable,
    ImportRunning,
    import_demands,
    recognise_columns,
)
from shuzhi.domains.intake.services.judging import judge_suggestion, supplement
from shuzhi.domains.intake.services.learning import (
    TooLittleJudged,
    TrainingNotInstalled,
    corrections,
    drift,
    due,
    learn,
    learn_nightly,
    start_learning,
)
from shuzhi.domains.intake.services.matters import calls, matters
from shuzhi.domains.intake.services.needing import needs_in
from shuzhi.domains.intake.services.photos import (
    PhotoNotStored,
    add_photo,
    draft_photos,
    drop_draft_photos,
    keep_draft_photo,
    photo,
)
from shuzhi.domains.intake.services.publishing import public_demand, public_demands
from shuzhi.domains.intake.services.reading import place_mentions, suggest_places
from shuzhi.domains.intake.services.receiving import receive_demand, receive_many
from shuzhi.domains.intake.services.shelf import (
    WHY_NOT,
    ModelNotPromoted,
    NoEarlierModel,
    confusion_of,
    enter_model,
    model,
    model_changes,
    models,
    promote_model,
    rollback_model,
    serving_entry,
)
from shuzhi.domains.intake.services.similar import PROBABLY_THE_SAME, find_answered, find_similar
from shuzhi.domains.intake.services.splitting import parts_of, split_demand
from shuzhi.domains.intake.services.tracking import track
from shuzhi.domains.intake.services.viewing import (
    calls_of,
    can_be_called,
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
    "PROBABLY_THE_SAME",
    "WHY_NOT",
    "FileUnreadable",
    "ImportRunning",
    "ModelNotPromoted",
    "NoEarlierModel",
    "PhotoNotStored",
    "TooLittleJudged",
    "TrainingNotInstalled",
    "add_photo",
    "calls",
    "calls_of",
    "can_be_called",
    "confusion_of",
    "contact_of",
    "contacts_of",
    "corrections",
    "draft_photos",
    "drift",
    "drop_draft_photos",
    "due",
    "enter_model",
    "erase_requester",
    "find_answered",
    "find_by_words",
    "find_similar",
    "get_demand",
    "get_demands",
    "hide_people",
    "import_demands",
    "is_certain",
    "judge_suggestion",
    "keep_draft_photo",
    "learn",
    "learn_nightly",
    "matters",
    "model",
    "model_changes",
    "models",
    "needs_in",
    "parts_of",
    "photo",
    "place_mentions",
    "promote_model",
    "public_codes",
    "public_demand",
    "public_demands",
    "rebuild_word_index",
    "receive_demand",
    "receive_many",
    "recognise_columns",
    "rollback_model",
    "search",
    "serving_entry",
    "split_demand",
    "start_learning",
    "suggest_places",
    "supplement",
    "track",
]
