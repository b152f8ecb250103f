"""A page per book in Markdown: law, questions, amounts over time, formulas, who needs whom."""

from typing import Literal

from . import tree as t
from .book import Book, Formula, Steps, Version
from .kinds import Value, shown_value
from .wording import amount_in

_WORDS = {
    "demo": ("**演示数据：有金额或条文尚未核实。**", "**Demo: an amount or article is not verified yet.**"),
    "articles": ("条文", "What the law says"),
    "ours": ("（本书的概括，非条文原文）", " (what it means, not its own words)"),
    "source": ("来源", "source"),
    "inputs": ("所需信息", "Facts"),
    "params": ("标准与参数", "Amounts and parameters"),
    "rules": ("规则", "Rules"),
    "graph": ("依赖关系", "What needs what"),
    "from": ("起", "from"),
    "needs": ("需要", "needs"),
    "cases": ("例题数", "Worked cases"),
}


def docs(book: Book, lang: Literal["zh", "en"] = "zh", *, picture: str = "") -> str:
    """The Markdown page of a book. The dependency graph is the named `picture`, or else Mermaid text."""
    english = lang == "en"

    def word(key: str) -> str:
        return _WORDS[key][english]

    lines = [
        f"# {book.en if english and book.en else book.policy}",
        "",
        f"{book.law.title} {book.law.number}".strip(),
    ]
    lines += [f"{word('from')} {book.law.start}", ""] + ([] if book.verified else [word("demo"), ""])
    lines += [f"{word('cases')}: {len(book.cases)}", ""]
    lines += [f"## {word('articles')}", ""] if book.articles else []
    for cited, article in book.articles.items():
        source = f" ({word('source')}: {article.source})" if article.source else ""
        mark = "" if article.quoted else word("ours")
        lines += [f"**{cited}**{mark}{source}", "", f"> {article.text}", ""]
    lines += [f"## {word('inputs')}", ""]
    for given in book.inputs.values():
        label = given.en if english and given.en else given.name
        lines.append(f"- `{given.entity}.{label}` {given.kind.shown()} {given.source} {given.ask}".rstrip())
    lines += ["", f"## {word('params')}", ""]
    for param in book.params.values():
        label = param.en if english and param.en else param.name
        for version in param.versions:
            shown = amount_in(version.content, param.kind, param.unit, english=english)
            lines.append(f"- {label}: {shown} {_dates(version)}")
    for ladder in book.ladders.values():
        for steps in ladder.versions:
            shown = "; ".join(
                f"≥ {shown_value(low, ladder.reached)}: {shown_value(value, ladder.kind)}"
                for low, value in steps.content
            )
            lines.append(f"- {ladder.en if english and ladder.en else ladder.name}: {shown} {_dates(steps)}")
    lines += ["", f"## {word('rules')}", ""]
    for rule in book.rules.values():
        lines.append(f"### {rule.en if english and rule.en else rule.name}")
        for formula in rule.versions:
            lines += ["", f"`{formula.content.text}` {_dates(formula)}"]
        lines.append("")
    graph = [f"![{word('graph')}]({picture})"] if picture else ["```mermaid", *_graph(book), "```"]
    return "\n".join([*lines, f"## {word('graph')}", "", *graph, ""])


def _dates(version: Version[Value] | Version[Steps] | Version[Formula]) -> str:
    start = (
        "" if version.start.year == 1 else f"{version.start} –{f' {version.until}' if version.until else ''} "
    )
    return f"({start}{version.law}{'' if version.verified else ', demo'})"


def _graph(book: Book) -> list[str]:
    lines = ["graph LR"]
    for rule in book.rules.values():
        trees = [version.content.tree for version in rule.versions]
        needed = {n.name for tree in trees for n in t.nodes(tree) if isinstance(n, t.Ref | t.ParamRef)}
        lines += [f"  {name} --> {rule.name}" for name in sorted(needed)]
    return lines
