"""Text as offices write it: brought to one form for comparing, and told apart where its characters broke on the way."""

import re
import unicodedata

#: What stands for "nothing" in a cell.
BLANKS = frozenset({"", "/", "\\", "无", "-", "--", "—", "——", "–", "n/a", "null", "none"})

_INVISIBLE = re.compile(r"_x000D_|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
_BROKEN = re.compile("[\ufffd\ud800-\udfff\x80-\x84\x86-\x9f]|锟斤拷|烫烫烫|屯屯屯")
_HAN = re.compile("[\u4e00-\u9fff]")
_ASCII_SIGNS = re.compile(r"[\s\d!-/:-@]")


def cleaned(text: str) -> str | None:
    """Return the text without invisible characters and outer spaces; None where it stands for nothing."""
    if text.isascii() and text.isalnum():  # the hundred thousand codes of a large table
        return None if text.casefold() in BLANKS else text
    text = _INVISIBLE.sub("", text).strip()
    return None if unicodedata.normalize("NFKC", text).strip().casefold() in BLANKS else text


def plain(text: str) -> str:
    """Return the form for comparing: compatibility characters (full-width ones too) replaced, no spaces at all."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split())


def is_mojibake(text: str) -> bool:
    """Tell whether the text was decoded with the wrong encoding somewhere before it reached us."""
    if text.isascii():
        return False
    if _BROKEN.search(text):
        return True
    meant = _HAN.findall(_reread(text, "gb18030") or "")
    # A few rare words are UTF-8 by chance; what they would say is not made of everyday characters.
    if meant and _is_everyday("".join(meant)):
        return True
    if _reread(text, "cp1252") is not None or _reread(text, "latin-1") is not None:
        return True
    letters = _ASCII_SIGNS.sub("", text)
    # 行政 in GBK read as Latin-1 is ÐÐÕþ; a word of a Latin language is never accented from end to end.
    return len(letters) >= 4 and all("\xa1" <= letter <= "\xff" for letter in letters)


def _is_everyday(characters: str) -> bool:
    try:
        characters.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _reread(text: str, wrong: str) -> str | None:
    """Return what the text's bytes in the encoding `wrong` say as UTF-8, None if they are not UTF-8."""
    try:
        return text.encode(wrong).decode("utf-8")
    except UnicodeError:
        return None
