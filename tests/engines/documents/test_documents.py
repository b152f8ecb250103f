"""The files are opened again: what they say, how they look, where their links lead, what travels in them unseen."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from shuzhi.engines.documents import (
    BODY,
    HEADING,
    SUBHEADING,
    Block,
    OfficialDocument,
    Run,
    Table,
    pdf,
    to_pdf,
    to_word,
)

LINK = "https://example.org/figures/resolution_rate/"
BRIEF = OfficialDocument(
    organ="云江市政务服务便民热线",
    number="第12期",
    day="2026年11月28日",
    title="诉求办理情况日报",
    label="本简报由系统自动生成，经工作人员核改",
    blocks=(
        Block(HEADING, (Run("一、总体情况"),)),
        Block(BODY, (Run("昨日解决率"), Run("92.3%", LINK), Run("，“热点”三个。"))),
        Block(SUBHEADING, (Run("（一）三率"),)),
        Table((((Run("指标"),), (Run("本期"),)), ((Run("解决率"),), (Run("92.3%", LINK),)))),
    ),
    made_at=datetime(2026, 11, 28, 1, tzinfo=UTC),
    properties={"Label": "1", "ProduceID": "brief-1"},
)
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=40)


def word_of(document: OfficialDocument) -> Document:
    return Document(io.BytesIO(to_word(document)))


def pdf_of(document: OfficialDocument) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(document)))


def test_word_has_the_page_sizes_and_fonts_of_the_standard() -> None:
    file = word_of(BRIEF)
    (section,) = file.sections

    assert [round(one.mm) for one in (section.top_margin, section.left_margin)] == [37, 28]
    assert round(section.page_width.mm - section.left_margin.mm - section.right_margin.mm) == 156
    assert round(section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm) == 225
    for style, font, size in (
        ("Normal", "仿宋", 16),
        ("Heading 2", "黑体", 16),
        ("Title", "方正小标宋简体", 22),
    ):
        properties = file.styles[style].element.rPr
        assert properties.rFonts.get(qn("w:eastAsia")) == font
        assert properties.rFonts.get(qn("w:eastAsiaTheme")) is None
        assert file.styles[style].font.size.pt == size


def test_word_says_everything_once_in_order_with_its_links() -> None:
    file = word_of(BRIEF)
    told = [one.text for one in file.paragraphs if one.text]
    links = [one.address for paragraph in file.paragraphs for one in paragraph.hyperlinks]

    assert told == [
        BRIEF.organ,
        "第12期\t2026年11月28日",
        BRIEF.title,
        BRIEF.label,
        "一、总体情况",
        "昨日解决率92.3%，“热点”三个。",
        "（一）三率",
    ]
    assert links == [LINK]
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [
        ["指标", "本期"],
        ["解决率", "92.3%"],
    ]


def test_word_numbers_its_pages_at_the_outer_side() -> None:
    (section,) = word_of(BRIEF).sections

    assert section.footer.paragraphs[0].text.startswith("— ")
    assert section.footer.paragraphs[0].alignment == 2
    assert section.even_page_footer.paragraphs[0].alignment == 0
    assert 'w:instr="PAGE"' in section.footer._element.xml


def test_both_files_carry_unseen_that_they_are_generated() -> None:
    in_word = word_of(BRIEF).core_properties
    in_pdf = pdf_of(BRIEF).metadata

    assert json.loads(in_word.comments)["AIGC"] == {"Label": "1", "ProduceID": "brief-1"}
    assert in_word.title == in_pdf.title == BRIEF.title
    assert in_word.author == in_pdf.author == BRIEF.organ
    assert json.loads(in_pdf.subject)["AIGC"]["Label"] == "1"


def test_pdf_says_everything_on_a4_with_links_and_embedded_fonts() -> None:
    file = pdf_of(BRIEF)
    page = file.pages[0]
    told = "".join(page.extract_text().split())
    links = [one.get_object()["/A"]["/URI"] for one in page["/Annots"]]
    fonts = page["/Resources"]["/Font"].values()

    for expected in (BRIEF.organ, "第12期", BRIEF.title, BRIEF.label, "一、总体情况", "92.3%", "—1—"):
        assert expected in told
    assert [round(float(one) / 72 * 25.4) for one in (page.mediabox.width, page.mediabox.height)] == [
        210,
        297,
    ]
    assert links == [LINK, LINK]
    assert all("+" in font.get_object()["/BaseFont"] for font in fonts)
    assert file.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_same_document_gives_the_same_pdf() -> None:
    assert to_pdf(BRIEF) == to_pdf(BRIEF)


@given(words, words)
@settings(max_examples=5, deadline=None)
def test_no_words_are_read_as_commands(title: str, said: str) -> None:
    hostile = replace(BRIEF, title=title, blocks=(Block(BODY, (Run(f"#{said}$*_`@<"),)),))

    assert hostile.title in [one.text for one in word_of(hostile).paragraphs]
    assert to_pdf(hostile).startswith(b"%PDF")


def test_words_that_look_like_commands_of_the_typesetter_are_shown_as_they_are() -> None:
    command = '#read("/etc/passwd") #eval("1+1") $x^2$'

    told = pdf_of(replace(BRIEF, blocks=(Block(BODY, (Run(command),)),))).pages[0].extract_text()

    assert "#read" in told
    assert "root:" not in told


def test_a_machine_without_chinese_fonts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"DejaVu Sans"}))

    with pytest.raises(pdf.FontsMissing, match="Noto Serif CJK SC"):
        to_pdf(BRIEF)


def test_a_crooked_table_and_a_date_without_a_zone_are_mistakes() -> None:
    with pytest.raises(ValueError, match="equal length"):
        replace(BRIEF, blocks=(Table((((Run("a"),),), ((Run("b"),), (Run("c"),)))),))
    with pytest.raises(ValueError, match="time zone"):
        replace(BRIEF, made_at=datetime(2026, 1, 1))
