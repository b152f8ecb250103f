"""The flows of the page: the largest channels and categories, the others together."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import FlowCard

MOST_CHANNELS, MOST_CATEGORIES = 4, 6
OUTCOMES = ("on_time", "open", "late", "overdue", "aside")
ATTENTION = frozenset({"late", "overdue"})
REST = "~"
_COLUMNS = {"0": "channel", "1": "category", "2": "outcome"}


@dataclass(frozen=True)
class FlowNode:
    code: str
    label: str
    attention: bool = False


@dataclass(frozen=True)
class FlowRow:
    """A flow in the table. narrowed: what its orders have in common, by which they are found; None where many codes are one."""

    source: str
    target: str
    many: int
    narrowed: Mapping[str, str] | None


@dataclass(frozen=True)
class FlowsShown:
    """What the tag `sankey` draws; see there."""

    title: str
    told: str
    columns: tuple[tuple[FlowNode, ...], ...]
    links: tuple[tuple[str, str, int, str], ...]

    @property
    def table(self) -> list[FlowRow]:
        names = {node.code: node.label for column in self.columns for node in column}
        return [
            FlowRow(names[source], names[target], many, _narrowed(source, target))
            for source, target, many, _said in self.links
        ]


def shown_flows(
    flows: Sequence[FlowCard],
    *,
    title: str,
    told: str,
    channel_name: Callable[[str], str],
    category_name: Callable[[str], str],
    outcome_names: Mapping[str, str],
) -> FlowsShown:
    """Channel to category to outcome. Codes of different columns carry the column's number, as they may be alike."""
    channels = _largest(((one.channel, one.orders) for one in flows), MOST_CHANNELS)
    categories = _largest(((one.category, one.orders) for one in flows), MOST_CATEGORIES)
    links: Counter[tuple[str, str]] = Counter()
    for one in flows:
        channel = f"0{one.channel if one.channel in channels else REST}"
        category = f"1{one.category if one.category in categories else REST}"
        links[channel, category] += one.orders
        links[category, f"2{one.outcome}"] += one.orders
    used = {code for link in links for code in link}
    columns = (
        [FlowNode(f"0{code}", _name(code, channel_name)) for code in (*channels, REST)],
        [FlowNode(f"1{code}", _name(code, category_name)) for code in (*categories, REST)],
        [FlowNode(f"2{code}", outcome_names[code], code in ATTENTION) for code in OUTCOMES],
    )
    names = {node.code: node.label for column in columns for node in column}
    return FlowsShown(
        title,
        told,
        tuple(tuple(node for node in column if node.code in used) for column in columns),
        tuple((a, b, n, f"{names[a]} → {names[b]}: {n:,}") for (a, b), n in sorted(links.items())),
    )


def _largest(counted: Iterable[tuple[str, int]], most: int) -> list[str]:
    total: Counter[str] = Counter()
    for code, many in counted:
        total[code] += many
    return [code for code, _many in total.most_common(most)]


def _narrowed(*nodes: str) -> dict[str, str] | None:
    found = {_COLUMNS[node[0]]: node[1:] for node in nodes}
    return None if {REST, ""} & set(found.values()) else found


def _name(code: str, name_of: Callable[[str], str]) -> str:
    if code == REST:
        return _("Others")
    return name_of(code) if code else _("unknown")
