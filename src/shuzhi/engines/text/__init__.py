"""Reads citizens' words: masks, classifies, places, grades urgency, compares; always with its reasons."""

from shuzhi.engines.text.assignment import Assignment, IssueIndex, keep_ids
from shuzhi.engines.text.builtin import builtin_bytes, builtin_model, builtin_register, read_model
from shuzhi.engines.text.classifier import TrainedClassifier
from shuzhi.engines.text.confusion import confusion_picture
from shuzhi.engines.text.drift import WATCH as SHIFTED
from shuzhi.engines.text.drift import stability_index
from shuzhi.engines.text.elsewhere import Elsewhere, elsewhere
from shuzhi.engines.text.evaluation import evaluation_of
from shuzhi.engines.text.grams import index_terms, query_terms, stretches
from shuzhi.engines.text.issues import Issue, find_issues
from shuzhi.engines.text.likeness import fingerprint, is_near_copy, rank_similar, similarity
from shuzhi.engines.text.linear import LinearClassifier
from shuzhi.engines.text.masking import Masked, Span, mask
from shuzhi.engines.text.moments import Moment, moments
from shuzhi.engines.text.needs import Needs, needs_of
from shuzhi.engines.text.profiles import Message
from shuzhi.engines.text.reader import Classifier as Model
from shuzhi.engines.text.reader import Reader
from shuzhi.engines.text.readings import CategoryHint, Flag, Kind, PlaceName, Reading, Suggestion, Urgency
from shuzhi.engines.text.record_check import Record, check_record
from shuzhi.engines.text.registry import ModelEntry, ModelRegister, Promotion
from shuzhi.engines.text.rephrasing import TASK, Untaken, rephrasing_task, why_untaken, with_contacts
from shuzhi.engines.text.reply_check import Finding, ReplyCheck, check_reply
from shuzhi.engines.text.retrieval import Document, DocumentIndex, Found
from shuzhi.engines.text.synonyms import SynonymGroup, Thesaurus, builtin_synonyms
from shuzhi.engines.text.tables import (
    CLASSIFIED_COLUMNS,
    ISSUE_COLUMNS,
    WORD_COLUMNS,
    IssueTable,
    classify_rows,
    issue_rows,
    words_of,
)

__all__ = [
    "CLASSIFIED_COLUMNS",
    "ISSUE_COLUMNS",
    "SHIFTED",
    "TASK",
    "WORD_COLUMNS",
    "Assignment",
    "CategoryHint",
    "Document",
    "DocumentIndex",
    "Elsewhere",
    "Finding",
    "Flag",
    "Found",
    "Issue",
    "IssueIndex",
    "IssueTable",
    "Kind",
    "LinearClassifier",
    "Masked",
    "Message",
    "Model",
    "ModelEntry",
    "ModelRegister",
    "Moment",
    "Needs",
    "PlaceName",
    "Promotion",
    "Reader",
    "Reading",
    "Record",
    "ReplyCheck",
    "Span",
    "Suggestion",
    "SynonymGroup",
    "Thesaurus",
    "TrainedClassifier",
    "Untaken",
    "Urgency",
    "builtin_bytes",
    "builtin_model",
    "builtin_register",
    "builtin_synonyms",
    "check_record",
    "check_reply",
    "classify_rows",
    "confusion_picture",
    "elsewhere",
    "evaluation_of",
    "find_issues",
    "fingerprint",
    "index_terms",
    "is_near_copy",
    "issue_rows",
    "keep_ids",
    "mask",
    "moments",
    "needs_of",
    "query_terms",
    "rank_similar",
    "read_model",
    "rephrasing_task",
    "similarity",
    "stability_index",
    "stretches",
    "why_untaken",
    "with_contacts",
    "words_of",
]
