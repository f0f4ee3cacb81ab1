"""Both languages are complete: what the code says is in each catalog, translated, and nothing else is."""

import re

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from i18n import LANGUAGES
from locales.catalogs import catalog_path, used_sentences


@pytest.fixture(scope="module")
def used() -> Catalog:
    return used_sentences()


@pytest.fixture(params=LANGUAGES)
def catalog(request) -> Catalog:
    with catalog_path(request.param).open("rb") as source:
        return read_po(source, locale=request.param)


def texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the forms of a sentence: one, or its singular and plural."""
    return [value or ""] if isinstance(value, str | None) else list(value)


def sentences(catalog: Catalog) -> list[Message]:
    """Return what is said, without the header."""
    return [message for message in catalog if message.id]


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)", text))


def test_every_used_sentence_is_in_the_catalog_and_no_other(catalog, used):
    said, kept = ({tuple(texts(message.id)) for message in sentences(each)} for each in (used, catalog))
    assert kept == said, "run `make catalogs`"
    assert not catalog.obsolete


def test_every_sentence_is_translated(catalog):
    assert [m.id for m in sentences(catalog) if m.fuzzy or not all(texts(m.string))] == []


def test_a_translation_has_the_fields_of_its_sentence(catalog):
    """A form that says "one" may leave `{n}` out; no form may name a field that the sentence has not."""
    for message in sentences(catalog):
        known = {field for text in texts(message.id) for field in fields(text)}
        for text in filter(None, texts(message.string)):
            assert fields(text) <= known, message.id
            assert fields(text) == known or message.pluralizable, message.id
