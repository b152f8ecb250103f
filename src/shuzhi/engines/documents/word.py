"""An official document as Word: styles by the names that offices know, links, page numbers, properties."""

import io
import json
from typing import Any

from docx import Document
from docx.document import Document as WordFile
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from shuzhi.engines.documents.official import (
    BODY,
    BOTTOM_MM,
    HEADING,
    LEFT_MM,
    LINE_PT,
    NUMBER_PT,
    RIGHT_MM,
    SUBHEADING,
    TEXT_PT,
    TITLE_PT,
    TOP_MM,
    Column,
    OfficialDocument,
    Run,
    Table,
)

FANG, KAI, HEI, TITLE, LATIN = "仿宋", "楷体", "黑体", "方正小标宋简体", "Times New Roman"
_RED, _PALE = RGBColor(0xC0, 0, 0), "AAAAAA"
_TABLE_PT = 12
_STYLES = {HEADING: ("Heading 2", HEI), SUBHEADING: ("Heading 3", KAI), BODY: ("Normal", FANG)}


def to_word(document: OfficialDocument) -> bytes:
    """A .docx on A4 with the margins, sizes and headings of GB/T 9704-2012. Fonts are named, not embedded."""
    file = Document()
    _set_page(file)
    _set_styles(file)
    _head(file, document)
    for block in document.blocks:
        if isinstance(block, Table):
            _add_table(file, block)
        else:
            _say(file.add_paragraph(style=_STYLES[block.kind][0]), block.runs)
    _number_pages(file)
    _set_properties(file, document)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _set_page(file: WordFile) -> None:
    (section,) = file.sections
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    file.settings.odd_and_even_pages_header_footer = True


def _set_styles(file: WordFile) -> None:
    for name, font, size, indent in (
        ("Normal", FANG, TEXT_PT, 2 * TEXT_PT),
        ("Title", TITLE, TITLE_PT, 0),
        ("Heading 2", HEI, TEXT_PT, 2 * TEXT_PT),
        ("Heading 3", KAI, TEXT_PT, 2 * TEXT_PT),
    ):
        style = file.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), name == "Title"
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_east_asian(style.element.get_or_add_rPr(), font)
        shape = style.paragraph_format
        shape.first_line_indent, shape.space_before, shape.space_after = Pt(indent), Pt(0), Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_PT)
        shape.widow_control, shape.keep_with_next = True, name != "Normal"
    title = file.styles["Title"]
    # The library's template draws a line below it.
    title.element.pPr.remove(title.element.pPr.find(qn("w:pBdr")))
    shape = title.paragraph_format
    shape.alignment, shape.line_spacing = WD_ALIGN_PARAGRAPH.CENTER, Pt(TITLE_PT * 1.5)
    shape.space_before = shape.space_after = Pt(TEXT_PT)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _set_east_asian(properties: Any, font: str) -> None:
    """Word keeps the font of Chinese characters apart from that of Latin ones, and its theme would win over both."""
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)


def _head(file: WordFile, document: OfficialDocument) -> None:
    organ = _centred(file, document.organ, document.organ_pt, TITLE)
    organ.runs[0].font.color.rgb, organ.runs[0].font.bold = _RED, True
    line = file.add_paragraph()
    line.paragraph_format.first_line_indent = Pt(0)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(210 - LEFT_MM - RIGHT_MM), alignment=2)
    line.add_run(f"{document.number}\t{document.day}")
    _underline_red(line)
    file.add_paragraph(document.title, style="Title")
    if document.label:
        _centred(file, document.label, _TABLE_PT, KAI)


def _centred(file: WordFile, words: str, size: float, font: str) -> Paragraph:
    made = file.add_paragraph()
    shape = made.paragraph_format
    shape.first_line_indent, shape.alignment = Pt(0), WD_ALIGN_PARAGRAPH.CENTER
    shape.line_spacing = Pt(size * 1.5)
    run = made.add_run(words)
    run.font.size = Pt(size)
    _set_east_asian(run._element.get_or_add_rPr(), font)
    return made


def _underline_red(line: Paragraph) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    line._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:tabs")


def _say(paragraph: Paragraph, runs: tuple[Run, ...], *, size: float = 0) -> None:
    for run in runs:
        made = paragraph.add_run(run.text)
        if size:
            made.font.size = Pt(size)
        if run.link:
            _lead(paragraph, made, run.link)


def _lead(paragraph: Paragraph, made: WordRun, link: str) -> None:
    """Put a run into a link: the library reads links but does not write them."""
    number = paragraph.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    made.font.underline = True
    made._r.get_or_add_rPr().find(qn("w:u")).set(qn("w:color"), _PALE)
    around = OxmlElement("w:hyperlink")
    around.set(qn("r:id"), number)
    paragraph._p.append(around)
    around.append(made._r)


def _add_table(file: WordFile, table: Table) -> None:
    made = file.add_table(len(table.rows), len(table.rows[0]))
    made.style, made.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for at, row in enumerate(table.rows):
        for cell, runs, column in zip(made.rows[at].cells, row, table.columns, strict=True):
            (paragraph,) = cell.paragraphs
            shape = paragraph.paragraph_format
            shape.first_line_indent, shape.line_spacing = Pt(0), Pt(_TABLE_PT * 1.5)
            shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if column.centred else WD_ALIGN_PARAGRAPH.LEFT
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            _say(paragraph, runs, size=_TABLE_PT)
            if at == 0:
                for run in paragraph.runs:
                    _set_east_asian(run._element.get_or_add_rPr(), HEI)
    _set_widths(made, table.columns)
    for line in made.rows:
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_widths(table: WordTable, shapes: tuple[Column, ...]) -> None:
    """Each cell says its width, too: some readers look there only."""
    table.autofit = False
    for column, shape in zip(table.columns, shapes, strict=True):
        column.width = Mm(shape.share * (210 - LEFT_MM - RIGHT_MM))
        for cell in column.cells:
            cell.width = column.width


def _number_pages(file: WordFile) -> None:
    """— 1 —: at the outer side, right on odd pages and left on even ones (GB/T 9704-2012, 7.5)."""
    (section,) = file.sections
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.alignment, shape.first_line_indent = side, Pt(0)
        shape.left_indent = shape.right_indent = Pt(NUMBER_PT)
        paragraph.add_run("— ").font.size = Pt(NUMBER_PT)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)
        number = paragraph.add_run("1")
        number.font.size = Pt(NUMBER_PT)
        field.append(number._r)
        paragraph.add_run(" —").font.size = Pt(NUMBER_PT)


def _set_properties(file: WordFile, document: OfficialDocument) -> None:
    told = file.core_properties
    told.title, told.author, told.language = document.title, document.organ, document.language
    told.keywords = document.label
    told.created = told.modified = document.made_at
    if document.properties:
        told.comments = json.dumps({"AIGC": dict(document.properties)}, ensure_ascii=False)
