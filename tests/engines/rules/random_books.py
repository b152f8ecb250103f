"""Random books of every construct of the language, and random households with unknowns in them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from shuzhi.engines.rules import Situation

DAY = date(2025, 8, 1)
HEAD = """
policy: 随机
law: {title: 试, from: 2020-01-01}
inputs:
  person.收入: {type: money, min: -100000, max: 1000000}
  person.年数: {type: count, max: 100}
  person.在校: {type: truth}
  person.生日: {type: date}
  person.等级: {type: code, codes: [甲, 乙, 丙]}
  household.财产: {type: money, min: -100000, max: 1000000}
  household.面积: {type: measure, unit: m², max: 1000}
  household.城镇: {type: truth}
params:
  标准: {unit: 元, law: 一, 2020-01-01: 1200, 2025-01-01: 1300.55}
  空缺: {unit: 元, law: 一, 2030-01-01: 1200}
  比例: {unit: rate, type: rate, law: 一, 2020-01-01: 0.333333}
  档: {unit: 元, reached: count, law: 一, 2020-01-01: [[1, 10], [5, 20.5], [30, 7]]}
  税: {type: rate, reached: money, law: 一, 2020-01-01: [[0, 0.03], [1000, 0.1], [5000.5, 0.25]]}
rules:
"""

_WORDS: dict[str, dict[str, list[str]]] = {
    "person": {
        "money": ["收入", "财产", "标准", "空缺", "(标准 - 7.05)"],
        "count": ["年数", "years(生日, as_of)", "months(生日, as_of)", "days(生日, '2024-02-29')", "3"],
        "truth": [
            "在校",
            "城镇",
            '等级 == "甲"',
            '等级 in ("甲", "丙")',
            "years(生日, as_of) >= 60",
            "生日 < as_of",
            "True",
        ],
    },
    "household": {
        "money": ["财产", "标准", "(12.34 - 标准)", "空缺"],
        "count": ["2", "count(m for m in members)"],
        "truth": ["城镇", "面积 > 50", "面积 == 12.5", "False"],
    },
}


def formula(entity: str, kind: str, names: dict[str, list[str]], member: bool = False) -> Any:
    """Formula text of one kind; `member`: inside `for m in members`, where names of a person take `m.`."""

    def word(text: str) -> str:
        if not member:
            return text
        for name in ("收入", "年数", "在校", "生日", "等级", "甲款", "乙否", "戊款"):
            text = text.replace(name, f"m.{name}")
        return text

    leaves = st.sampled_from(
        [word(text) for text in _WORDS["person" if member else entity][kind] + names[kind]]
    )

    def deeper(inner: dict[str, Any]) -> dict[str, Any]:
        money, count, truth = inner["money"], inner["count"], inner["truth"]

        def text(pattern: str, **parts: Any) -> Any:
            return st.builds(lambda **p: pattern.format(**p), **parts)

        sign, compare = st.sampled_from("+-"), st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
        return {
            "money": st.one_of(
                money,
                text("({a} {s} {b})", a=money, b=money, s=sign),
                text("({a} * {b})", a=money, b=st.sampled_from(["2", "-3"])),
                text("round({a} * 比例, {n})", a=money, n=st.sampled_from("012")),
                text("round({a} / {b}, {n})", a=money, b=count, n=st.sampled_from("012")),
                text("({a} if {c} else {b})", a=money, b=money, c=truth),
                text("min({a}, {b})", a=money, b=money),
                text("max({a}, {b}, 0)", a=money, b=money),
                text("abs({a})", a=money),
                text("-{a}", a=money),
                text("bracket({a}, 档)", a=count),
                text("round(marginal({a}, 税), 2)", a=money),
            ),
            "count": st.one_of(
                count,
                text("({a} {s} {b})", a=count, b=count, s=sign),
                text("round({a} / {b}, 0)", a=count, b=count),
            ),
            "truth": st.one_of(
                truth,
                text("({a} and {b})", a=truth, b=truth),
                text("({a} or {b})", a=truth, b=truth),
                text("(not {a})", a=truth),
                text("({a} {o} {b})", a=money, b=money, o=compare),
                text("({a} {o} {b})", a=count, b=count, o=compare),
                text("(round({a} / {b}, 4) > 0.5)", a=money, b=money),
            ),
        }

    level: dict[str, Any] = {
        other: st.sampled_from(
            [word(t) for t in _WORDS["person" if member else entity][other] + names[other]]
        )
        for other in ("money", "count", "truth")
    }
    level[kind] = leaves
    for _ in range(2):
        level = deeper(level)
    if entity == "person" or member:
        return level[kind]
    return st.one_of(level[kind], _over(kind, names)) if kind != "count" else level[kind]


def _over(kind: str, names: dict[str, list[str]]) -> Any:
    inside = {
        "money": [*names["money"], *names.get("own money", [])],
        "count": [],
        "truth": names.get("own truth", []),
    }
    item = formula("household", kind, inside, member=True)
    where = formula("household", "truth", inside, member=True)
    if kind == "money":
        return st.one_of(
            st.builds("sum({} for m in members)".format, item),
            st.builds("sum({} for m in members if {})".format, item, where),
            st.builds("round(mean({} for m in members if {}), 2)".format, item, where),
        )
    return st.one_of(
        st.builds("any({} for m in members if {})".format, item, where),
        st.builds("all({} for m in members if {})".format, item, where),
        st.builds("count(m for m in members if {}) > 1".format, where),
    )


_NOTHING: dict[str, list[str]] = {"money": [], "count": [], "truth": []}
_OWN = {"own money": ["甲款"], "own truth": ["乙否"]}
_LATER = {"money": ["丙款"], "count": [], "truth": ["丁否"]}
_PARTS = {
    "甲款": ("person", "money", formula("person", "money", _NOTHING)),
    "乙否": ("person", "truth", formula("person", "truth", _NOTHING)),
    "丙款": ("household", "money", formula("household", "money", {**_NOTHING, **_OWN})),
    "丁否": ("household", "truth", formula("household", "truth", {**_NOTHING, **_OWN})),
    "戊款": ("person", "money", formula("person", "money", _LATER)),
    "己款": (
        "household",
        "money",
        formula("household", "money", {**_LATER, "own money": ["戊款"], "own truth": ["乙否"]}),
    ),
}


def _book(formulas: dict[str, str]) -> str:
    rules = [
        f"  {name}: {{of: {of}, type: {kind}, law: 一, is: {_quoted(formulas[name])}}}"
        for name, (of, kind, _) in _PARTS.items()
    ]
    return HEAD + "\n".join(rules) + "\n"


book_texts = st.fixed_dictionaries({name: part[2] for name, part in _PARTS.items()}).map(_book)
"""A book with person rules, household rules over them, and person rules over those."""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _maybe(strategy: Any) -> Any:
    return st.one_of(st.none(), strategy, strategy, strategy)


_CENTS = st.one_of(st.integers(-(10**7), 10**8), st.integers(-300, 300), st.sampled_from([0, 130055, 120000]))
_DATES = st.dates(date(1920, 1, 1), date(2026, 1, 1)) | st.sampled_from(
    [date(1944, 2, 29), date(1965, 8, 1), date(1965, 8, 2)]
)
_MEMBERS = st.fixed_dictionaries(
    {
        "收入": _maybe(_CENTS),
        "年数": _maybe(st.integers(0, 100)),
        "在校": _maybe(st.booleans()),
        "生日": _maybe(_DATES),
        "等级": _maybe(st.sampled_from("甲乙丙")),
    }
)
_HOUSEHOLDS = st.fixed_dictionaries(
    {
        "财产": _maybe(_CENTS),
        "面积": _maybe(st.integers(0, 100_000) | st.just(1250)),
        "城镇": _maybe(st.booleans()),
    }
)
situations = st.builds(Situation, _HOUSEHOLDS, st.lists(_MEMBERS, max_size=4).map(tuple))
