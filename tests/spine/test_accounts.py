"""Accounts, roles, passwords and application keys, on a real database."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuzhi.spine import accounts, audit, clock, outbox
from shuzhi.spine.access import ADMINISTRATORS, ROLES
from shuzhi.spine.accounts.keys import SCOPES
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import RoleGranted, RoleRevoked
from shuzhi.spine.models import ApplicationKey, AuditEntry, OutboxEvent, User

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GOOD = "Riverbank-24"


def opened(username: str, *roles: str, password: str = GOOD) -> User:
    card = accounts.create_account(username, name=f"Person {username}", password=password, by=SYSTEM).account
    for role in roles:
        accounts.grant_role(card.id, role=role, because="test", by=SYSTEM)
    return User.objects.get(pk=card.id)


@pytest.fixture
def security() -> Actor:
    return opened("guard", "security_admin").as_actor()


def announced(name: str) -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(name=name).order_by("id").values_list("body", flat=True))


def test_a_new_account_gets_a_one_time_password_that_must_be_changed(security: Actor) -> None:
    made = accounts.create_account("zhang.wei", name="张伟", unit="U07", by=security)

    user = User.objects.get(username="zhang.wei")
    assert user.check_password(made.initial_password)
    assert accounts.password_is_due(user)
    accounts.change_password(user.pk, present=made.initial_password, new=GOOD, by=user.as_actor())
    user.refresh_from_db()
    assert not accounts.password_is_due(user)


def test_an_account_that_moves_here_keeps_its_password() -> None:
    moved = make_password(GOOD)
    card = accounts.create_account("moved", name="Person moved", hashed=moved, by=SYSTEM)

    user = User.objects.get(pk=card.account.id)
    assert (card.initial_password, user.must_change_password, user.check_password(GOOD)) == ("", False, True)
    with pytest.raises(InvalidInput):
        accounts.change_password(user.pk, present=GOOD, new=GOOD, by=user.as_actor())


@pytest.mark.parametrize("hashed", ["Riverbank-24", "crypt$$abc", "!"])
def test_what_is_no_hash_of_ours_opens_no_account(hashed: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_account("moved", name="Person moved", hashed=hashed, by=SYSTEM)
    assert not User.objects.filter(username="moved").exists()


def test_one_time_passwords_never_repeat_and_always_meet_the_rules(security: Actor) -> None:
    passwords = {
        accounts.create_account(f"clerk{n}", name="Clerk", by=security).initial_password for n in range(20)
    }

    assert len(passwords) == 20
    assert all(len(password) == 16 for password in passwords)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Ab3-xyz", "10"),
        ("alllowercase", "three of"),
        ("lowercase1234", "three of"),
        ("Password123", "common"),
        ("Zhang.wei-2026", "user name"),
    ],
)
def test_a_weak_password_is_refused_with_the_rule_that_it_breaks(
    security: Actor, password: str, reason: str
) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(accounts.WeakPassword) as refused:
        accounts.create_account("zhang.wei", name="张伟", password=password, by=security)

    assert reason in refused.value.sentence
    assert not User.objects.filter(username="zhang.wei").exists()


def test_three_classes_may_be_any_three_also_beyond_ascii(security: Actor) -> None:
    made = accounts.create_account("li.na", name="李娜", password="长江大桥-夜色-2026-a", by=security)

    assert made.initial_password == ""
    assert User.objects.get(username="li.na").check_password("长江大桥-夜色-2026-a")


def test_none_of_the_last_five_passwords_returns_but_the_sixth_may() -> None:
    user = opened("wang", password="Passage-north-0")
    me = user.as_actor()
    for number in range(1, 5):
        accounts.change_password(
            user.pk, present=f"Passage-north-{number - 1}", new=f"Passage-north-{number}", by=me
        )
    for number in range(5):
        with pytest.raises(accounts.WeakPassword):
            accounts.change_password(user.pk, present="Passage-north-4", new=f"Passage-north-{number}", by=me)

    accounts.change_password(user.pk, present="Passage-north-4", new="Passage-north-5", by=me)
    accounts.change_password(user.pk, present="Passage-north-5", new="Passage-north-0", by=me)

    user.refresh_from_db()
    assert user.check_password("Passage-north-0")
    assert user.old_passwords.count() == 5


def test_a_password_lasts_ninety_days() -> None:
    with clock.stopped_at(MONDAY):
        user = opened("wang")

    with clock.stopped_at(MONDAY + timedelta(days=90)):
        assert not accounts.password_is_due(user)
    with clock.stopped_at(MONDAY + timedelta(days=90, seconds=1)):
        assert accounts.password_is_due(user)


def test_only_the_owner_changes_a_password_and_only_with_the_present_one(security: Actor) -> None:
    user = opened("wang")

    with pytest.raises(AccessDenied):
        accounts.change_password(user.pk, present=GOOD, new="Another-river-9", by=security)
    with pytest.raises(accounts.WrongPassword):
        accounts.change_password(user.pk, present="wrong", new="Another-river-9", by=user.as_actor())


def test_a_reset_gives_a_new_one_time_password(security: Actor) -> None:
    user = opened("wang")

    password = accounts.reset_password(user.pk, because="forgotten", by=security)

    user.refresh_from_db()
    assert user.check_password(password)
    assert accounts.password_is_due(user)


@pytest.mark.parametrize(
    "username", ["", "a", "x" * 65, "two words", "a/b", "<script>", "nul\0", "tab\tname", "a'--;"]
)
def test_a_user_name_has_plain_characters(security: Actor, username: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_account(username, name="Somebody", by=security)


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "bell\a", "turned\u202e"])
def test_a_name_is_ordinary_text(security: Actor, name: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_account("somebody", name=name, by=security)


def test_names_that_look_the_same_are_the_same_account(security: Actor) -> None:
    opened("zhang")

    for twin in ("ZHANG", "ｚｈａｎｇ", " zhang "):
        with pytest.raises(accounts.UsernameTaken):
            accounts.create_account(twin, name="Twin", by=security)


def test_no_account_holds_two_of_the_three_administrations(security: Actor) -> None:
    for held in sorted(ADMINISTRATORS):
        user = opened(f"holder.of.{held}", held)
        for other in sorted(ADMINISTRATORS - {held}):
            with pytest.raises(accounts.TwoAdministrators):
                accounts.grant_role(user.pk, role=other, because="test", by=security)


def test_the_last_administrator_of_a_kind_stays(security: Actor) -> None:
    for role in sorted(ADMINISTRATORS - {"security_admin"}):
        user = opened(f"only.{role}", role)

        with pytest.raises(accounts.LastAdministrator):
            accounts.revoke_role(user.pk, role=role, because="test", by=security)
        with pytest.raises(accounts.LastAdministrator):
            accounts.deactivate_account(user.pk, because="test", by=security)

        opened(f"second.{role}", role)
        accounts.revoke_role(user.pk, role=role, because="test", by=security)


def test_a_closed_account_does_not_count_as_an_administrator(security: Actor) -> None:
    first, second = opened("first", "audit_admin"), opened("second", "audit_admin")
    accounts.deactivate_account(second.pk, because="left", by=security)

    with pytest.raises(accounts.LastAdministrator):
        accounts.revoke_role(first.pk, role="audit_admin", because="test", by=security)
    accounts.reactivate_account(second.pk, because="back", by=security)
    accounts.revoke_role(first.pk, role="audit_admin", because="test", by=security)


def test_a_security_administrator_cannot_change_his_own_roles(security: Actor) -> None:
    with pytest.raises(accounts.GrantToSelf):
        accounts.grant_role(int(security.id), role="dispatcher", because="curious", by=security)
    with pytest.raises(accounts.GrantToSelf):
        accounts.revoke_role(int(security.id), role="security_admin", because="tired", by=security)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"security_admin"}))
def test_nobody_but_the_security_administrator_touches_accounts(role: str) -> None:
    target = opened("target")
    intruder = Actor(ActorKind.STAFF, "9999", "Intruder", (Grant(role),))

    for attempt in (
        lambda: accounts.create_account("fresh", name="Fresh", by=intruder),
        lambda: accounts.edit_account(target.pk, name="X", unit="", phone="", by=intruder),
        lambda: accounts.grant_role(target.pk, role="leader", because="-", by=intruder),
        lambda: accounts.revoke_role(target.pk, role="leader", because="-", by=intruder),
        lambda: accounts.deactivate_account(target.pk, because="-", by=intruder),
        lambda: accounts.reactivate_account(target.pk, because="-", by=intruder),
        lambda: accounts.reset_password(target.pk, because="-", by=intruder),
        lambda: accounts.reset_second_factor(target.pk, because="-", by=intruder),
        lambda: accounts.unlock(target.pk, because="-", by=intruder),
        lambda: accounts.accounts(by=intruder),
        lambda: accounts.get_account(target.pk, by=intruder),
        lambda: accounts.create_key("system", scopes=["application"], by=intruder),
        lambda: accounts.application_keys(by=intruder),
    ):
        with pytest.raises(AccessDenied):
            attempt()


def test_a_grant_is_announced_audited_and_in_force_at_once(security: Actor) -> None:
    user = opened("wang")

    accounts.grant_role(user.pk, role="unit_officer", unit="U07", because="new post", by=security)
    accounts.grant_role(user.pk, role="unit_officer", unit="U07", because="again", by=security)

    assert announced(RoleGranted.__name__)[-1] == {
        "user_id": user.pk,
        "role": "unit_officer",
        "unit": "U07",
        "area": "",
    }
    assert sum(body["user_id"] == user.pk for body in announced(RoleGranted.__name__)) == 1
    assert User.objects.get(pk=user.pk).as_actor().grants == (Grant("unit_officer", unit="U07"),)
    entry = AuditEntry.objects.filter(action="accounts.grant").latest("id")
    assert (entry.by, entry.subject, entry.details["because"]) == (
        security.reference,
        f"user:{user.pk}",
        "new post",
    )


def test_a_revoked_role_is_announced_and_gone(security: Actor) -> None:
    user = opened("wang", "dispatcher")

    accounts.revoke_role(user.pk, role="dispatcher", because="moved", by=security)

    assert [body["role"] for body in announced(RoleRevoked.__name__)] == ["dispatcher"]
    assert User.objects.get(pk=user.pk).as_actor().grants == ()
    with pytest.raises(NotFound):
        accounts.revoke_role(user.pk, role="dispatcher", because="twice", by=security)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "citizen"},
        {"role": "platform"},
        {"role": "application"},
        {"role": "emperor"},
        {"role": "audit_admin", "unit": "U07"},
        {"role": "dispatcher", "area": "99"},
        {"role": "dispatcher", "area": "99010200000x"},
        {"role": "unit_officer", "unit": "U" * 33},
    ],
)
def test_a_grant_names_a_real_role_and_a_possible_place(security: Actor, wrong: dict[str, str]) -> None:
    user = opened("wang")

    with pytest.raises(InvalidInput):
        accounts.grant_role(user.pk, **wrong, because="test", by=security)  # type: ignore[arg-type]
    assert announced(RoleGranted.__name__)[-1]["user_id"] != user.pk


def test_every_change_of_an_account_leaves_a_trace_with_its_reason(security: Actor) -> None:
    user = opened("wang")
    auditor = Actor(ActorKind.STAFF, "5", "Auditor", (Grant("audit_admin"),))

    accounts.edit_account(user.pk, name="王芳", unit="U01", phone="", by=security)
    accounts.reset_password(user.pk, because="forgotten", by=security)
    accounts.unlock(user.pk, because="called in", by=security)
    accounts.deactivate_account(user.pk, because="left", by=security)

    trail = audit.entries(by=auditor, who=security.reference, subject=f"user:{user.pk}")
    assert [entry.action for entry in trail] == [
        "accounts.deactivate",
        "accounts.unlock",
        "accounts.password_reset",
        "accounts.edit",
    ]
    assert trail[0].details == {"because": "left"}
    assert "王芳" not in str(trail)


def test_an_application_key_is_shown_once_and_kept_as_a_hash(security: Actor) -> None:
    made = accounts.create_key("Water company", scopes=["application", "unit_officer@unit:U07"], by=security)

    actor = accounts.authenticate(f"Bearer {made.secret}")

    assert (actor.kind, actor.id, actor.label) == (ActorKind.APPLICATION, made.card.key_id, "Water company")
    assert set(actor.grants) == {Grant("application"), Grant("unit_officer", unit="U07")}
    row = ApplicationKey.objects.get()
    assert made.secret.removeprefix(f"sz_{made.card.key_id}_") not in str(row.__dict__)


def test_revoked_expired_altered_and_unknown_keys_are_refused_alike(security: Actor) -> None:
    with clock.stopped_at(MONDAY):
        good = accounts.create_key(
            "Good", scopes=["application"], expires_at=MONDAY + timedelta(days=1), by=security
        )
        revoked = accounts.create_key("Revoked", scopes=["application"], by=security)
        accounts.revoke_key(revoked.card.key_id, because="leaked", by=security)
        assert accounts.authenticate(f"bearer  {good.secret}").label == "Good"

        altered = good.secret[:-1] + ("A" if good.secret[-1] != "A" else "B")
        unknown = good.secret.replace(good.card.key_id, "0" * 16)
        for header in (
            f"Bearer {revoked.secret}",
            f"Bearer {altered}",
            f"Bearer {unknown}",
            good.secret,
            "Bearer",
            "",
        ):
            with pytest.raises(accounts.KeyNotValid):
                accounts.authenticate(header)
    with clock.stopped_at(MONDAY + timedelta(days=1)), pytest.raises(accounts.KeyNotValid):
        accounts.authenticate(f"Bearer {good.secret}")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=200), st.text(max_size=80).map(lambda words: f"Bearer sz_{words}")))
def test_any_header_at_all_is_refused_without_harm(header: str) -> None:
    with pytest.raises(accounts.KeyNotValid):
        accounts.authenticate(header)


@pytest.mark.parametrize(
    "scope",
    [
        "audit_admin",
        "system_admin",
        "citizen",
        "",
        "application@",
        "application@unit:",
        "x@area:990102",
        "a b",
    ],
)
def test_a_key_never_carries_administration_or_a_made_up_scope(security: Actor, scope: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.create_key("System", scopes=[scope], by=security)
    assert scope not in SCOPES


def test_announcements_of_accounts_travel_through_the_outbox(security: Actor) -> None:
    heard: list[outbox.Announced] = []
    listener = outbox.Listener("test", (RoleGranted,), heard.extend)

    opened("wang", "leader")
    outbox.drain([listener])

    assert [one.event.role for one in heard if isinstance(one.event, RoleGranted)] == [
        "security_admin",
        "leader",
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed() -> None:
    first, second = opened("first", "audit_admin"), opened("second", "audit_admin")
    start = threading.Barrier(2)
    refused: list[int] = []

    def revoke(user_id: int) -> None:
        start.wait()
        try:
            accounts.revoke_role(user_id, role="audit_admin", because="race", by=SYSTEM)
        except accounts.LastAdministrator:
            refused.append(user_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=(user.pk,)) for user in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert len(accounts.accounts(role="audit_admin", by=SYSTEM)) == 1
