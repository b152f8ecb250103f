"""What may be read by people who do not handle a matter: no numbers, no names but those of officials in their post."""

from shuzhi.domains.registry import services as registry
from shuzhi.engines import text as text_engine
from shuzhi.engines.text import person_names


def hide_people(words: str) -> str:
    """The words with everything hidden that leads to a person; the second source of names speaks where it is installed."""
    return text_engine.mask(
        words, names=True, keep_names=registry.officials(), tagger=person_names.second_tagger()
    ).text
