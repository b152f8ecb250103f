"""Whatever comes in place of a message, the engine's face answers, in a time that grows with the length alone."""

from datetime import date, datetime

import pytest
from tests.bad_words import LONG, SHORT, soon

from shuzhi.engines.text import (
    CategoryHint,
    IssueIndex,
    Message,
    PlaceName,
    Reader,
    Urgency,
    builtin_model,
    check_reply,
    elsewhere,
    find_issues,
    fingerprint,
    index_terms,
    mask,
    moments,
    query_terms,
    rank_similar,
)

HINTS = [CategoryHint("0401", ("公共服务", "路灯照明"), ("路灯",))]
PLACES = [PlaceName("p1", "锦绣花园", ("锦绣小区",), level="estate")]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(HINTS, PLACES, builtin_model("category"), kind_model=builtin_model("kind"))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_a_reading_has_bounds_whatever_is_read(reader, text):
    with soon():
        found = reader.read(text)

    assert found.urgency.value in Urgency.ORDER
    assert all(
        0 <= one.confidence <= 1 for one in (found.kind, found.urgency, *found.categories, *found.places)
    )
    assert len(found.categories) <= 3
    assert len(found.asks) <= 50


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_what_is_hidden_can_be_put_back_whatever_is_masked(text):
    with soon():
        masked = mask(text)

    assert masked.restored() == text


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_names_are_looked_for_in_twice_what_a_demand_may_hold(text):
    with soon():
        masked = mask(text[:20_000], names=True)

    assert masked.restored() == text[:20_000]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_comparing_and_indexing_take_anything(text):
    with soon():
        fingerprint(text)
        query_terms(text[:200])
        index_terms(text[:100_000])
        ranked = rank_similar(text[:10_000], [("1", "路灯不亮"), ("2", text[:10_000])], top=2)

    assert all(0 <= score <= 1.0001 for _key, score, _shared in ranked)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_any_message_finds_its_issue_among_others(text):
    at = datetime(2030, 3, 1)
    told = [
        Message("1", "路灯不亮", "锦绣花园的路灯不亮", at),
        Message("2", text, text, at),
        Message("3", "", text, at),
    ]
    index = IssueIndex()
    with soon():
        found = find_issues(told)
        for one in told:
            index.add(index.assign(one).issue_id or one.id, one)

    assert sorted(number for issue in found for number in issue.members) == ["1", "2", "3"]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_times_and_addresses_are_looked_for_in_anything(text):
    with soon():
        times, places = moments(text, said_on=date(2030, 3, 1)), elsewhere(text)

    assert all(0 <= one.start < one.end <= len(text) for one in (*times, *places))


@pytest.mark.parametrize("name", ["look-alike digits", "mathematical digits", "zero-width", "traditional"])
def test_a_number_in_disguise_is_hidden_all_the_same(name):
    assert "[手机号]" in mask(SHORT[name]).text


def test_a_message_that_gives_orders_is_read_like_any_other(reader):
    assert reader.read(SHORT["prompt"]).urgency.value == Urgency.NORMAL


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in {**SHORT, **LONG}.items()])
def test_a_reply_to_anything_is_checked(text):
    with soon():
        check_reply(text[:100_000], text[:100_000])
