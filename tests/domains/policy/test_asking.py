"""The citizen's door: few questions, the best one first, an answer with its reasons, nothing kept."""

import json
import re
from datetime import date
from time import process_time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from tests.domains.policy.given import FIRST_PHONE, given_old_people
from tests.factories import at, local

from shuzhi.domains.notices.models import Message
from shuzhi.domains.policy import services as policy
from shuzhi.domains.policy.refusals import SituationNotAccepted
from shuzhi.domains.policy.services import Told
from shuzhi.engines import rules
from shuzhi.programs.verify.recompute import judge_decision
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.sealing import unseal

OLD_AGE, LIVING = "old_age_allowance_shanghai", "minimum_living"
MAY = local("2026-05-11 09:00")


@pytest.mark.usefixtures("county")
class TestQuestions:
    def test_at_35_the_register_does_not_matter_and_is_not_asked(self):
        card = policy.answer(OLD_AGE, told=Told({"p0.出生日期": "1990-08-01"}), on=date(2025, 8, 1))

        assert (card.verdict, card.question) == ("no", None)

    def test_at_80_the_register_is_all_that_is_asked(self):
        card = policy.answer(OLD_AGE, told=Told({"p0.出生日期": "1945-08-01"}), on=date(2025, 8, 1))

        assert card.question is not None
        assert (card.question.key, card.question.left) == ("p0.本市户籍", 1)

    def test_what_nobody_knows_is_passed_over_and_named_as_missing(self):
        told = Told({"p0.出生日期": "1945-08-01"}, passed=frozenset({"p0.本市户籍"}))

        card = policy.answer(OLD_AGE, told=told, on=date(2025, 8, 1))

        assert (card.verdict, card.question, card.missing) == ("unknown", None, ("本市户籍",))

    def test_rich_savings_end_the_questions_of_a_large_household(self):
        told = Told({"h.货币财产": "900000"}, members=4)

        card = policy.answer(LIVING, told=told, on=date(2025, 8, 1))

        assert (card.verdict, card.amount_fen, card.question) == ("no", 0, None)


@pytest.mark.usefixtures("county")
class TestAnswer:
    def test_it_gives_the_amount_the_own_values_and_the_article(self):
        told = Told({"p0.工资": "800", "p0.年经营净收入": "0", "h.货币财产": "0"})

        card = policy.answer(LIVING, told=told, on=date(2025, 8, 1))

        reasons = str(card.reason)
        assert (card.verdict, card.amount_fen) == ("yes", 40000)
        assert "800.00" in reasons
        assert "第六条" in reasons
        assert card.book.demo

    def test_it_says_the_day_to_wait_for_and_never_advises_another_birth(self):
        told = Told({"p0.出生日期": "1946-03-02", "p0.本市户籍": "yes"})

        card = policy.answer(OLD_AGE, told=told, on=date(2025, 8, 1))

        assert card.changes[0].startswith("从2026年3月2日起")
        assert not any("出生日期" in one for one in card.changes)

    def test_two_days_are_compared(self):
        told = Told({"p0.工资": "800", "p0.年经营净收入": "0", "h.货币财产": "0"})

        found = policy.compare(LIVING, told=told, first=date(2025, 6, 30), second=date(2025, 7, 1))

        assert ("低保金", "300.00", "400.00") in {(one.rule, one.before, one.after) for one in found}

    def test_the_receipt_is_worked_out_again_without_us(self):
        told = Told({"p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"})

        claim = policy.receipt(OLD_AGE, told=told, on=date(2026, 5, 1))

        verdict = judge_decision(claim)
        assert verdict.outcome is Outcome.VERIFIED
        assert json.loads(claim)["value"] == 180


@pytest.mark.usefixtures("county")
class TestBadInput:
    @pytest.mark.parametrize(
        ("code", "key", "value"),
        [
            (OLD_AGE, "p0.出生日期", "1945-02-30"),
            (OLD_AGE, "p0.出生日期", "yesterday"),
            (OLD_AGE, "p0.本市户籍", "maybe"),
            (LIVING, "p0.工资", "-5"),
            (LIVING, "p0.工资", "1e99999999"),
            (LIVING, "p0.工资", "NaN"),
            (LIVING, "p0.工资", "12.345"),
            (LIVING, "h.货币财产", "__import__('os')"),
            ("disability_allowances", "p0.残疾等级", "九级"),
        ],
    )
    def test_an_answer_that_cannot_be_one_is_named_with_how_to_write_it(self, code, key, value):
        with pytest.raises(InvalidInput) as refusal:
            policy.answer(code, told=Told({key: value}), on=date(2025, 8, 1))

        assert refusal.value.details["field"] == key
        assert refusal.value.details["why"]

    def test_a_birth_on_29_february_is_answered(self):
        told = Told({"p0.出生日期": "1960-02-29", "p0.本市户籍": "yes"})

        days = (date(2025, 2, 28), date(2025, 3, 1))
        assert [policy.answer(OLD_AGE, told=told, on=day).verdict for day in days] == ["no", "yes"]

    def test_too_many_members_are_refused(self):
        with pytest.raises(InvalidInput):
            policy.answer(LIVING, told=Told({}, members=10_000))

    def test_strange_keys_are_left_out(self):
        told = Told({"p0.": "1", "x.y": "2", "p999999.工资": "3", "h.工资": "4"}, members=1)

        assert policy.answer(LIVING, told=told, on=date(2025, 8, 1)).verdict == "unknown"

    def test_a_situation_from_a_system_that_does_not_fit_says_why(self):
        with pytest.raises(SituationNotAccepted):
            policy.explain(LIVING, situation={"household": {"货币财产": "much"}}, on=date(2025, 8, 1))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def logged_in(phone: int) -> Client:
    """A citizen's browser after the one-time code."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.post(reverse("citizen_login"), {"phone": str(phone)})
    told = unseal(Message.objects.latest("pk").context_sealed)
    (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", told)
    client.post(reverse("citizen_code"), {"code": code})
    return client


@pytest.mark.usefixtures("county")
class TestPages:
    def test_a_person_answers_two_questions_and_reads_the_amount_and_nothing_is_kept(self):
        client = Client(headers={"accept-language": "zh-hans"})
        with at(MAY):
            page = client.get(f"/policy/{OLD_AGE}/").content.decode()
            assert "哪天出生" in page
            page = client.post(
                f"/policy/{OLD_AGE}/", {"members": "1", "p0.出生日期": "1940-01-01"}
            ).content.decode()
            assert "本市户籍" in page
            told = hidden(page) | {"p0.本市户籍": "yes"}
            page = client.post(f"/policy/{OLD_AGE}/", told).content.decode()

        assert "可以领：每月 180 元" in page
        assert "第三十三条" in page
        assert not Session.objects.exists()

    def test_a_mistake_keeps_what_was_said_and_says_how_to_write_it(self):
        client = Client(headers={"accept-language": "zh-hans"})
        answer = client.post(f"/policy/{LIVING}/", {"members": "1", "h.货币财产": "100", "p0.工资": "much"})

        assert answer.status_code == 422
        assert 'name="h.货币财产" value="100"' in answer.content.decode()

    def test_in_english_the_question_and_the_reasons_are_english(self):
        client = Client(headers={"accept-language": "en"})
        page = client.post(
            f"/policy/{OLD_AGE}/", {"members": "1", "p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"}
        ).content.decode()

        assert "yuan a month" in page
        assert "because" in page

    def test_the_sheet_to_print_carries_the_rule_package(self):
        told = {"members": "1", "p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"}
        page = Client().post(f"/policy/{OLD_AGE}/notice/", told).content.decode()

        assert rules.shipped_book(OLD_AGE).digest in page

    def test_the_file_to_check_is_a_claim(self):
        told = {"members": "1", "p0.出生日期": "1940-01-01", "p0.本市户籍": "yes"}
        answer = Client().post(f"/policy/{OLD_AGE}/receipt/", told)

        assert json.loads(answer.content)["rule_package"] == rules.shipped_book(OLD_AGE).digest

    def test_a_citizen_who_logs_in_finds_what_the_registers_know_filled_in_with_its_source(self):
        given_old_people(1)
        with at(MAY):
            page = logged_in(FIRST_PHONE).get(f"/policy/{OLD_AGE}/").content.decode()
            nobody = (
                Client(headers={"accept-language": "zh-hans"}).get(f"/policy/{OLD_AGE}/").content.decode()
            )

        assert "可以领：每月 180 元" in page
        assert "公安.人口" in page
        assert "哪天出生" in nobody

    def test_a_household_is_asked_its_size_first(self):
        client = Client(headers={"accept-language": "zh-hans"})

        assert "多少人" in client.get(f"/policy/{LIVING}/").content.decode()
        assert client.post(f"/policy/{LIVING}/", {"members": "lots"}).status_code == 422


@pytest.mark.usefixtures("county")
class TestApi:
    def test_calculate_answers_all_and_says_which_did_not_fit(self):
        body = {
            "book": LIVING,
            "on": "2025-08-01",
            "situations": [
                {"id": "a", "household": {"货币财产": 0}, "members": [{"工资": 800, "年经营净收入": 0}]},
                {"id": "b", "household": {"货币财产": "x"}},
            ],
        }
        found = Client().post("/api/policy/calculate", body, content_type="application/json").json()

        assert found["demo"] is True
        assert found["results"][0]["household"]["低保金"] == 400
        assert "error" in found["results"][1]

    @pytest.mark.parametrize(
        "wage", ["1e999999", "1e99999", "-1e999999", "1e-999999", "NaN", "Infinity", "1" * 300]
    )
    def test_a_number_that_nobody_earns_is_refused_at_once(self, wage):
        situation = {"members": [{"工资": wage}]}
        bodies = {"calculate": {"situations": [situation] * 20}, "explain": {"situation": situation}}
        client, began = Client(raise_request_exception=False), process_time()

        for door, asked in bodies.items():
            body = {"book": LIVING, "on": "2025-08-01"} | asked
            answer = client.post(f"/api/policy/{door}", body, content_type="application/json")
            assert answer.status_code in (200, 422), answer.content
            assert "is no money" in answer.content.decode()

        assert process_time() - began < 2

    def test_the_public_of_one_address_has_books_worked_out_for_so_many_people_a_minute(self):
        crowd = {"book": OLD_AGE, "on": "2025-08-01", "situations": [{"members": [{}] * 200}] * 20}
        client, where = Client(), "/api/policy/calculate"

        first, second = (client.post(where, crowd, content_type="application/json") for _time in range(2))
        elsewhere = Client(REMOTE_ADDR="198.51.100.8").post(where, crowd, content_type="application/json")

        assert (first.status_code, second.status_code, elsewhere.status_code) == (200, 429, 200)

    def test_explain_gives_reasons_in_both_languages(self):
        body = {
            "book": OLD_AGE,
            "on": "2025-08-01",
            "situation": {"members": [{"出生日期": "1945-08-01", "本市户籍": True}]},
        }
        found = Client().post("/api/policy/explain", body, content_type="application/json").json()

        assert found["value"] == 180
        assert found["reason"]["law"].endswith("第三十三条")

    @pytest.mark.parametrize(
        "bad", [{"book": "../x"}, {"book": OLD_AGE, "on": "2025-02-30"}, {"book": "none"}]
    )
    def test_a_request_that_does_not_fit_is_a_problem(self, bad):
        body = {"book": OLD_AGE, "on": "2025-08-01", "situations": []} | bad
        answer = Client().post("/api/policy/calculate", body, content_type="application/json")

        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"
