"""A reply is checked point by point; each finding has a stable code and the stretch it is about."""

from shuzhi.engines.text import check_reply

ASKED = "1、小区路灯坏了什么时候修好？2、物业费为什么涨价？"
GOOD = (
    "您好，经现场核查，小区路灯因线路老化损坏，我局已责令物业于5月20日前修好；物业费涨价未经业主大会同意，"
    "依据《物业管理条例》第四十条，已要求物业公司退还多收部分。联系电话：0799-12345678。"
)


def codes(reply: str, asked: str = ASKED, **more) -> list[str]:
    return [one.code for one in check_reply(asked, reply, **more).findings]


def test_a_reply_with_facts_measures_basis_and_contact_leaves_only_the_public_line_to_note():
    assert codes(GOOD) == ["personal-data"] or codes(GOOD) == []


def test_a_point_left_out_is_named_with_its_place_in_the_question():
    check = check_reply(
        ASKED, "经现场核查，小区路灯已责令物业于5月20日前修好，联系电话12345。依据《城市照明管理规定》办理。"
    )
    missed = [one for one in check.findings if one.code == "point-unanswered"]

    assert [ASKED[slice(*one.span)] for one in missed] == ["物业费为什么涨价？"]


def test_a_form_letter_is_blocked():
    check = check_reply(ASKED, "您好，感谢您的来信。您的来信已收悉，我们将尽快处理。")

    assert check.blocked
    assert "template-only" in [one.code for one in check.findings]


def test_sentences_of_the_units_own_templates_are_not_its_own_words():
    template = "您好，您反映的{matter}已收到并登记，我单位将安排专人跟进，请保持电话畅通。"

    assert "template-only" in codes(
        "您好，您反映的路灯已收到并登记，我单位将安排专人跟进，请保持电话畅通。", templates=[template]
    )


def test_a_personal_number_blocks_the_reply():
    check = check_reply(ASKED, GOOD + "投诉人手机13800138000。")

    assert next(one.severity for one in check.findings if one.code == "personal-data") == "block"


def test_a_bare_promise_lacks_basis_contact_and_date():
    assert {"no-basis", "no-contact", "no-date"} <= set(
        codes("路灯和物业费涨价的事情，我们以后将慢慢看着办，请你耐心等着消息就可以了。")
    )


def test_an_empty_reply_is_blocked():
    assert check_reply(ASKED, "").blocked
