"""`shuzhi demands`: shows the columns, asks, accounts for every row."""

import pytest
from tests.domains.intake.given import given_demand
from typer.testing import CliRunner

from shuzhi.domains.intake import cli
from shuzhi.domains.intake.models import Demand

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(cli, "MOST_PROCESSES", 0)
    return lambda *words, **more: CliRunner(env={"COLUMNS": "200"}).invoke(
        cli.app, [str(word) for word in words], **more
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "letters.csv"
    path.write_text(
        "No,Body text,When\n1,路灯不亮，晚上看不见路,2026-03-01\n2,,2026-03-02\n", encoding="gb18030"
    )
    return path


def test_columns_are_shown_and_the_accounting_names_the_file_to_mend(run, file):
    shown = run(
        "import", file, "--map", "Body text=text", "--map", "No=source_key", "--yes", "--source", "letters"
    )

    assert shown.exit_code == 0, shown.output
    assert "路灯不亮" in shown.output
    assert "quarantine.csv" in shown.output
    assert Demand.objects.get().source == "letters"


def test_no_is_no(run, file):
    refused = run("import", file, "--map", "Body text=text", input="n\n")

    assert refused.exit_code == 1
    assert not Demand.objects.exists()


def test_a_dry_run_writes_nothing(run, file):
    shown = run("import", file, "--map", "Body text=text", "--dry-run")

    assert shown.exit_code == 0
    assert not Demand.objects.exists()


def test_a_demand_is_shown_masked(run):
    receipt = given_demand("路灯不亮，电话13800138000")

    shown = run("show", receipt.public_code)

    assert "路灯不亮" in shown.output
    assert "13800138000" not in shown.output
    assert run("show", "YJ-0000-0000").exit_code == 2


def test_brackets_in_a_file_and_in_its_name_are_words_as_all_others(run, tmp_path):
    path = tmp_path / "[red]letters[bold].csv"
    path.write_text("No [/x],Body text\n1,路灯不亮[/灯] :bulb:，晚上看不见路[/]\n2,\n", encoding="utf-8")

    shown = run("import", path, "--map", "Body text=text", "--yes", "--source", "letters [/]")

    assert shown.exit_code == 0, shown.exception
    assert "No [/x]" in shown.output
    code = Demand.objects.get().public_code
    assert "路灯不亮[/灯] :bulb:" in run("show", code).output
