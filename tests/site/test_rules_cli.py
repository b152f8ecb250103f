"""`shuzhi rules` as people run it: files in, files out, faults by name."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from shuzhi.engines import rules
from shuzhi.site.rules_cli import app


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    folder = tmp_path_factory.mktemp("county")
    run("population", "--out", folder, "--households", 1_500)
    return folder


def test_a_reform_of_one_amount_costs_what_the_households_gain(county, tmp_path):
    run("simulate", "minimum_living", "--population", county, "--set", "标准=1300", "--out", tmp_path)

    found = json.loads((tmp_path / "summary.json").read_text())
    assert found["units"] == 1_500
    assert found["losers"] == 0 < found["winners"]
    assert found["demo"]
    assert found["synthetic"]
    low, high = found["cost_90_percent"]
    assert low < found["cost_fen"] < high
    assert found["after"]["gini"] < found["before"]["gini"]
    for kind in ("area", "age_band", "household_type", "decile"):
        groups = found["by"][kind]
        assert sum(group["cost_fen"] for group in groups.values()) == found["cost_fen"]
        with (tmp_path / f"{kind}.csv").open() as file:
            assert len(list(csv.DictReader(file))) == len(groups)


def test_a_scenario_is_repeated_to_the_last_digit_and_named_by_what_went_in(county, tmp_path):
    words = ("simulate", "minimum_living", "--population", county, "--out")
    run(*words, tmp_path / "a", "--set", "标准=1300")
    run(*words, tmp_path / "b", "--set", "标准=1300")
    run(*words, tmp_path / "c", "--set", "标准=1301")
    first, second, other = ((tmp_path / name / "summary.json").read_text() for name in "abc")
    assert first == second
    assert json.loads(first)["scenario"] != json.loads(other)["scenario"]


def test_a_reform_from_a_second_file_and_an_amount_of_persons(county, tmp_path):
    book = rules.shipped_book("old_age_allowance_shanghai").text
    changed = tmp_path / "reform.yaml"
    changed.write_text(book.replace("[65, 75]", "[65, 100]"))
    run(
        "simulate",
        "old_age_allowance_shanghai",
        "--reform",
        changed,
        "--population",
        county,
        "--out",
        tmp_path,
    )
    found = json.loads((tmp_path / "summary.json").read_text())
    persons = duckdb.execute(
        f"""SELECT COUNT(*) FROM '{county}/persons.parquet' WHERE 本市户籍
        AND 出生日期 <= DATE '1961-01-01' AND 出生日期 > DATE '1956-01-01'"""
    ).fetchone()
    assert found["cost_fen"] == persons[0] * 25_00


def test_the_budget_climbs_with_take_up(county, tmp_path):
    words = ("simulate", "minimum_living", "--population", county, "--months", 3, "--take-up", "0.5:1:2")
    run(*words, "--out", tmp_path)
    found = json.loads((tmp_path / "summary.json").read_text())
    paid = found["cost_after_fen"]
    assert found["budget_fen"] == [(paid + 1) // 2, paid, paid]


def test_households_stand_for_published_totals(tmp_path):
    totals = tmp_path / "totals.csv"
    kinds = {"alone": 900, "old_alone": 700, "couple": 2_500, "adults": 500, "with_children": 5_000}
    rows = [
        f"household_type,{label},{number}" for label, number in {**kinds, "three_generations": 400}.items()
    ]
    totals.write_text("kind,label,households\n" + "\n".join(rows) + "\n")
    told = run("population", "--out", tmp_path, "--households", 1_000, "--totals", totals)
    held = duckdb.execute(
        f"SELECT household_type, SUM(weight) FROM '{tmp_path}/households.parquet' GROUP BY 1"
    ).fetchall()
    assert "misplaced households by total: 0.00%" in told
    assert {**kinds, "three_generations": 400} == {label: int(number) for label, number in held}


def test_totals_for_people_that_the_sample_lacks_are_refused(tmp_path):
    totals = tmp_path / "totals.csv"
    totals.write_text("kind,label,households\nhousehold_type,alone,5\n")
    assert "no total is published for" in run(
        "population", "--out", tmp_path, "--households", 1_000, "--totals", totals, code=2
    )


def test_a_member_in_two_households_is_refused_with_the_count(county, tmp_path):
    for name in ("persons", "households"):
        twice = "UNION ALL SELECT * REPLACE (1 AS household_id) FROM a WHERE person_id = 70" * (
            name == "persons"
        )
        duckdb.execute(
            f"COPY (WITH a AS (FROM '{county}/{name}.parquet') FROM a {twice}) TO '{tmp_path}/{name}.parquet'"
        )
    told = run("simulate", "minimum_living", "--population", tmp_path, code=2)
    assert "person in two rows: 1" in told


def test_what_the_population_does_not_know_is_unknown_for_everybody_and_said(county, tmp_path):
    run("simulate", "temporary_assistance", "--population", county, "--out", tmp_path)
    found = json.loads((tmp_path / "summary.json").read_text())
    assert set(found["unknown_columns"]) == {"事由", "危及生命", "身份可核实", "人口", "自付支出"}
    assert (found["unknown"], found["cost_fen"]) == (1_500, 0)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("simulate", "minimum_living", "--set", "标准=x"), "name=number"),
        (("simulate", "minimum_living", "--set", "没有=1"), "没有"),
        (("simulate", "minimum_living", "--rule", "人数"), "--rule"),
        (("simulate", "minimum_living", "--take-up", "2:1"), "first:final:months"),
        (("simulate", "no_such_book"), "shipped"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_wanted(county, words, told):
    assert told in re.sub(r"[\s│]+", " ", run(*words, "--population", county, code=2))


@pytest.mark.parametrize("name", rules.shipped_books())
def test_the_graph_of_a_book_is_a_picture_with_every_rule(name, tmp_path):
    from xml.etree import ElementTree

    page = run("docs", name, "--language", "en", "--graph", tmp_path / "graph.svg")
    titles = {e.text for e in ElementTree.parse(tmp_path / "graph.svg").iter() if e.tag.endswith("title")}
    book = rules.shipped_book(name)
    assert {f"rule: {rule.en or rule.name}" for rule in book.rules.values()} <= titles
    assert "(graph.svg)" in page


def test_a_decision_table_of_a_spreadsheet_becomes_part_of_a_book(tmp_path):
    sheet = tmp_path / "rates.csv"
    sheet.write_text("年龄,等级,金额\n>=80,,100\n60..79,甲|乙,50.5\n", encoding="utf-8")
    entry = run("table", "--in", sheet, "--name", "津贴", "--law", "第二条")
    book = rules.read_book(
        "policy: 试\nlaw: {title: 试, from: 2024-01-01}\ninputs:\n  person.年龄: {type: count}\n"
        f"  person.等级: {{type: code, codes: [甲, 乙, 丙]}}\ntables:\n{entry}"
    )
    given = {
        "situations": [{"members": [{"年龄": a, "等级": g}]} for a, g in ((80, "丙"), (70, "乙"), (70, "丙"))]
    }
    found = rules.calculate(book, given, as_of=date(2025, 1, 1))
    assert [result["members"][0]["津贴"] for result in found["results"]] == [100, 50.5, 0]


def test_files_that_are_no_text_are_refused_in_a_sentence(tmp_path):
    empty, latin = tmp_path / "empty.csv", tmp_path / "latin.json"
    empty.write_bytes(b"")
    latin.write_bytes(b'{"situations": "\xe9"}')
    out = tmp_path / "out.json"

    run("table", "--in", empty, "--name", "津贴", "--law", "第二条", code=2)
    run("calculate", "minimum_living", "--in", latin, "--date", "2025-08-01", "--out", out, code=2)


def test_calculate_writes_every_rule_and_names_the_fault_of_each_bad_situation(tmp_path):
    source, target = tmp_path / "in.json", tmp_path / "out.json"
    good = {"id": "a", "household": {"货币财产": 0}, "persons": {"p": {"工资": 800, "年经营净收入": 0}}}
    crowd = {"id": "b", "members": [{}] * 10_000}
    source.write_text(json.dumps({"situations": [good, crowd, {"id": "c", "members": [{"工资": -1}]}]}))
    run("calculate", "minimum_living", "--in", source, "--date", "2025-08-01", "--out", target)
    a, b, c = json.loads(target.read_text())["results"]
    assert set(a["household"]) == set(rules.shipped_book("minimum_living").rules)
    assert "200 is the limit" in b["error"]
    assert "工资" in c["error"]
    source.write_text("{")
    run("calculate", "minimum_living", "--in", source, "--date", "2025-08-01", "--out", target, code=2)


def test_the_guide_shows_a_book_that_is_good_and_situations_that_are_answered(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "rule-books.md").read_text(encoding="utf-8")
    for kind, name in (("yaml", "book.yaml"), ("json", "in.json")):
        (block,) = re.findall(rf"```{kind}\n(.*?)```", guide, re.DOTALL)
        (tmp_path / name).write_text(block, encoding="utf-8")
    book, target = tmp_path / "book.yaml", tmp_path / "out.json"

    run("check", book)
    run("calculate", book, "--in", tmp_path / "in.json", "--date", "2026-01-01", "--out", target)

    a, b = json.loads(target.read_text())["results"]
    assert a["household"]["补贴"] == 1600
    assert b["missing"]["补贴"] == [{"name": "月收入", "member": "1"}]
