"""Both languages are complete."""

from scripts import messages


def test_every_sentence_has_its_chinese():
    assert {str(path): found for path, found in messages.untranslated().items()} == {}


def test_compiled_catalogues_are_current():
    assert messages.stale() == []


def test_places_in_sentences_are_the_same_in_both_languages():
    wrong = [
        entry.msgid
        for path in messages.SOURCE.rglob("django.po")
        for entry in messages.catalogue(path)
        for translation in [entry.msgstr or entry.msgstr_plural.get(0, "")]
        if translation and messages.places(entry.msgid_plural or entry.msgid) != messages.places(translation)
    ]

    assert wrong == []
