"""What the law says where a book cites it: `articles: {第六条: {text: …, source: …, quoted: true}}`."""

from collections.abc import Iterable, Mapping

from . import fields as f
from .book import Article, LadderParam, Param, Rule
from .findings import Fault, Finding
from .yamltext import Node

LONGEST = 3_000  # characters of an article


def read_articles(node: Node | None) -> dict[str, Article]:
    """Texts by citation, in the order of the book. Raises Fault at the first that cannot be read."""
    if node is None or node.value is None:
        return {}
    found = {}
    for cited, child in f.mapping(node, allowed=None, where="articles").items():
        told = f.mapping(child, allowed=("text", "source", "quoted"), where="An article")
        words = f.text(told.get("text"), owner=child, key="text")
        if not words.strip() or len(words) > LONGEST:
            raise Fault(
                child.place, "shape", f"An article has 1 to {LONGEST:,} characters.", "quote what is cited."
            )
        quoted = f.truth(told.get("quoted"), False)
        source = f.text(told.get("source"), "")
        if quoted and not source:
            raise Fault(child.place, "citation", "A quotation names no source.", "add `source: …`.")
        found[cited] = Article(words, source, quoted)
    return found


def unused_articles(
    node: Node | None,
    articles: Mapping[str, Article],
    citing: Iterable[Param | LadderParam | Rule],
) -> list[Finding]:
    """A finding for every text that nothing in the book rests on: most likely a misspelt citation."""
    cited = {one for named in citing for one in (named.law, *(version.law for version in named.versions))}
    places = (node and node.key_places) or {}
    return [
        Fault(
            places[name],
            "citation",
            f"Nothing in the book cites `{name[:40]}`.",
            "write it as in `law:` of a rule or an amount.",
        ).finding
        for name in articles
        if name not in cited
    ]
