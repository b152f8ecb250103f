"""The registry at the command line: what it took, what it sends back, and an exit code that scripts can trust."""

import pytest
from tests.domains.registry.given import AREAS, TOWN, VILLAGE, given_registry
from typer.testing import CliRunner

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cli import app

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def areas_file(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_bytes(AREAS.encode("gb18030"))
    return path


def test_a_file_is_imported(areas_file):
    result = run("import", "areas", areas_file)

    assert result.exit_code == 0
    assert services.get_area(TOWN).name == "青石镇"


def test_a_trial_changes_nothing(areas_file):
    assert run("import", "areas", areas_file, "--dry-run").exit_code == 0
    assert services.areas() == []


def test_rows_that_were_sent_back_are_named_and_the_exit_code_says_so(areas_file):
    areas_file.write_text(AREAS + "x,,,,\n", "utf-8")

    result = run("import", "areas", areas_file)

    assert result.exit_code == 1
    assert "quarantine" in result.output
    assert len(services.areas()) == 4


def test_the_calendar_is_loaded_shown_and_edited():
    assert run("calendar-import", 2026).exit_code == 0
    assert run("calendar-set", "2026-03-04", "--off", "--note", "县庆日").exit_code == 0

    shown = run("calendar", 2026).output

    assert "2026-03-04" in shown
    assert "2026-10-01" in shown


def test_a_year_whose_holidays_are_unknown_says_so():
    shown = run("calendar", 2031).output

    assert "2031 年的法定节假日尚未载入" in "".join(shown.splitlines())


def test_lists_and_the_catalogue_are_shown():
    given_registry()

    assert "青石镇" in run("areas", "--level", "town").output
    assert "water" in run("units", "--tier", "firm").output
    assert "town_qingshi" in run("catalogue", "--category", "020101", "--area", VILLAGE).output
    assert "housing" in run("catalogue").output
