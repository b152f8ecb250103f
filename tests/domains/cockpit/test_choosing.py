"""Which three things need a leader, and why these."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.domains.cockpit.choosing import MOST, Change, Kind, Need, choose
from shuzhi.domains.cockpit.sheets import levels_of, step_of

NEEDS = st.builds(
    Need,
    kind=st.sampled_from([one for one in Kind if one is not Kind.WARNING]),
    code=st.text("abc", min_size=1, max_size=3),
    title=st.just("title"),
    concerned=st.integers(0, 50).map(float),
)


def need(kind: Kind, concerned: float, code: str = "x") -> Need:
    return Need(kind, code, "title", concerned)


def test_the_gravest_of_each_kind_comes_before_the_second_of_a_kind():
    issues = [need(Kind.ISSUE, 90, "a"), need(Kind.ISSUE, 80, "b"), need(Kind.ISSUE, 70, "c")]

    chosen = choose([*issues, need(Kind.OVERDUE, 5), need(Kind.FALLING, 9)])

    assert [(one.kind, one.concerned) for one in chosen] == [
        (Kind.ISSUE, 90),
        (Kind.FALLING, 9),
        (Kind.OVERDUE, 5),
    ]


def test_places_that_no_other_kind_needs_go_to_the_next_grave():
    chosen = choose([need(Kind.ISSUE, 3, "a"), need(Kind.ISSUE, 8, "b"), need(Kind.RISING, 99)])

    assert [one.concerned for one in chosen] == [8, 3, 99]


@settings(deadline=None)
@given(st.lists(NEEDS))
def test_good_news_never_hides_what_needs_somebody(needs: list[Need]):
    chosen = choose(needs)
    urgent = [one for one in needs if one.kind is not Kind.RISING and one.concerned > 0]

    assert len(chosen) <= MOST
    assert sum(one.kind is not Kind.RISING for one in chosen) == min(MOST, len(urgent))
    if urgent:
        assert chosen[0].concerned == max(one.concerned for one in urgent)


@settings(deadline=None)
@given(st.lists(NEEDS), st.integers(0, 40))
def test_what_is_warned_of_comes_first_and_red_before_orange(needs: list[Need], came: int):
    orange = Need(Kind.WARNING, "o", "title", came + 9, gravity=1)
    red = Need(Kind.WARNING, "r", "title", came, gravity=2)

    assert choose([*needs, orange, red])[0] is red
    assert choose([*needs, orange])[0] is orange


@settings(deadline=None)
@given(st.lists(NEEDS), st.randoms(use_true_random=False))
def test_the_choice_does_not_hang_on_the_order_in_which_things_are_found(needs: list[Need], random: object):
    shuffled = list(needs)
    random.shuffle(shuffled)

    assert [(one.kind, one.concerned, one.code) for one in choose(shuffled)] == [
        (one.kind, one.concerned, one.code) for one in choose(needs)
    ]


def test_what_a_fall_costs_is_counted_in_orders():
    assert round(Change("u", "Unit", 60, 100, 80, 100).lost) == 20


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.floats(0, 1)), st.booleans())
def test_a_higher_figure_never_stands_lower_or_is_shaded_lighter(values: dict[str, float], share: bool):
    levels = levels_of(values, share=share)

    assert all(0 <= level <= 1 for level in levels.values())
    ranked = sorted(values, key=values.__getitem__)
    assert [levels[code] for code in ranked] == sorted(levels.values())


@settings(deadline=None)
@given(st.floats(0, 0.96), st.floats(0, 0.04))
def test_shares_that_are_nearly_alike_look_nearly_alike(rate: float, more: float):
    levels = levels_of({"a": rate, "b": rate + more}, share=True)

    assert step_of(levels["b"]) - step_of(levels["a"]) <= 1
    assert levels["b"] - levels["a"] < 0.17
