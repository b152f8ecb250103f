"""Classifies the rows of a table and groups them into issues, whatever the table calls its columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shuzhi.engines.text import features
from shuzhi.engines.text.issues import Issue, find_issues
from shuzhi.engines.text.profiles import Message
from shuzhi.engines.text.reader import Classifier

Row = Mapping[str, str]
_ID = ("message_id", "id", "row", "ticket", "编号", "留言编号", "工单号")
_TITLE = ("title", "主题", "标题", "留言主题")
_TEXT = ("text", "content", "body", "留言详情", "内容", "正文", "诉求内容")
_TOKENS = ("tokens",)
WORD_COLUMNS = (*_TITLE, *_TEXT, *_TOKENS)
"""Under one of these names a table must have its words."""
_TIME = ("time", "date", "received_at", "留言时间", "时间")
_REPORTER = ("user", "reporter", "留言用户")
_LIKES, _DISLIKES = ("likes", "点赞数"), ("dislikes", "反对数")
_TIME_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
)
CLASSIFIED_COLUMNS = (
    "id",
    "label",
    "confidence",
    "second",
    "second_confidence",
    "third",
    "third_confidence",
    "reasons",
)
ISSUE_COLUMNS = ("message_id", "issue_id", "title", "heat", "people", "messages", "keywords")


@dataclass(frozen=True, slots=True)
class IssueTable:
    """Issues, hottest first, and one row for each message that has its issue."""

    issues: tuple[Issue, ...]
    rows: tuple[dict[str, str], ...]


def words_of(row: Row) -> list[str]:
    """The words of a row: its `tokens` when the publisher cut them, else those of title and text."""
    tokens = _value(row, _TOKENS)
    return tokens.split() if tokens else features.words(f"{_value(row, _TITLE)} {_value(row, _TEXT)}".strip())


def classify_rows(rows: Iterable[Row], model: Classifier) -> Iterator[dict[str, str]]:
    """One row for each given, in order, with the columns of `CLASSIFIED_COLUMNS`; id falls back to the row number."""
    for number, row in enumerate(rows, start=1):
        best = model.suggest_each([words_of(row)])[0]
        found = {
            "id": _value(row, _ID) or str(number),
            "label": best[0].value,
            "confidence": f"{best[0].confidence:.4f}",
        }
        for name, one in zip(("second", "third"), best[1:], strict=False):
            found[name], found[f"{name}_confidence"] = one.value, f"{one.confidence:.4f}"
        yield {**dict.fromkeys(CLASSIFIED_COLUMNS, ""), **found, "reasons": " ".join(best[0].reasons)}


def issue_rows(rows: Sequence[Row], *, now: datetime | None = None) -> IssueTable:
    """Find the issues of a table of messages; each row gets the issue it belongs to (`ISSUE_COLUMNS`).

    Raises ValueError when a row has no time that can be read.
    """
    messages = [_message(row, number) for number, row in enumerate(rows, start=1)]
    issues = find_issues(messages, now=now)
    home = {member: issue for issue in issues for member in issue.members}
    return IssueTable(tuple(issues), tuple(_issue_row(one.id, home[one.id]) for one in messages))


def _issue_row(message_id: str, issue: Issue) -> dict[str, str]:
    return {
        "message_id": message_id,
        "issue_id": issue.id,
        "title": issue.title,
        "heat": f"{issue.heat:.3f}",
        "people": str(issue.people),
        "messages": str(len(issue.members)),
        "keywords": " ".join(issue.keywords),
    }


def _message(row: Row, number: int) -> Message:
    return Message(
        id=_value(row, _ID) or str(number),
        title=_value(row, _TITLE),
        text=_value(row, _TEXT) or _value(row, _TOKENS),
        time=_time(_value(row, _TIME), number),
        reporter=_value(row, _REPORTER),
        likes=_count(_value(row, _LIKES)),
        dislikes=_count(_value(row, _DISLIKES)),
    )


def _value(row: Row, names: Sequence[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name)), "")


def _count(text: str) -> int:
    return max(0, int(float(text))) if text.replace(".", "", 1).isdecimal() else 0


def _time(text: str, number: int) -> datetime:
    for form in _TIME_FORMS:
        try:
            return datetime.strptime(text[:19], form)
        except ValueError:
            continue
    raise ValueError(f"row {number}: no time that can be read in {text!r}")
