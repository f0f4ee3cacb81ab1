"""Keeps both catalogs in step with the sentences that the code uses: `make catalogs`."""

from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from i18n import LANGUAGES

_ROOT = Path(__file__).parents[1]
_SOURCES = [("tests/**", "ignore"), ("**.py", "python")]
# Without names and times of writing, so that only changed sentences show in a difference.
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def catalog_path(language: str) -> Path:
    """Return where the sentences of one of `LANGUAGES` are kept."""
    return _ROOT / "locales" / language / "LC_MESSAGES" / "guatu.po"


def used_sentences() -> Catalog:
    """Return a template with every sentence that the code marks, and the files it stands in."""
    template = Catalog(domain="guatu")
    for file, line, message, comments, context in extract_from_dir(_ROOT, _SOURCES):
        template.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return template


def update(language: str, template: Catalog) -> int:
    """Write the catalog of `language` with exactly the sentences of `template`; return how many lack their translation.

    English sentences are their own ids, so theirs are filled in.
    """
    path = catalog_path(language)
    catalog = Catalog(locale=language, domain="guatu")
    if path.exists():
        with path.open("rb") as source:
            catalog = read_po(source, locale=language, domain="guatu")
    catalog.update(template, no_fuzzy_matching=True)
    sentences = [message for message in catalog if message.id]
    if language == "en":
        for message in sentences:
            message.string = message.id
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.write(_HEADER.format(language=language, plurals=catalog.plural_forms).encode())
        write_po(
            target, catalog, width=120, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False
        )
    return sum(not message.string or not all(message.string) for message in sentences)


if __name__ == "__main__":
    used = used_sentences()
    for each in LANGUAGES:
        print(f"{each}: {len(used)} sentences, {update(each, used)} to translate")  # noqa: T201 - a command prints
