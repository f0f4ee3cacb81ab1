"""A report in words, for whoever handed the file in."""

from collections.abc import Iterator

from data_access.imports.batch import Refusal
from data_access.imports.report import KindReport, Report
from i18n import N_, Message, Words

_REASONS_SHOWN = 10
_VALUE_SHOWN = 40


def lines(report: Report, words: Words) -> Iterator[str]:
    """Give the lines that tell what became of a file; the first is its name."""
    yield report.path.name
    for message in report.problems:
        yield "  " + words.say(message)
    for part in report.kinds:
        yield from _kind_lines(part, words)
    for message in report.notes:
        yield "  " + words.say(message)
    yield from ("  " + words.say(message) for message in _outcome(report, words))
    yield from ("    " + line for line in _refusal_lines(report, words))


def _kind_lines(part: KindReport, words: Words) -> Iterator[str]:
    counts = {name: words.number(getattr(part, name)) for name in ("read", "taken", "changed", "refused")}
    said = N_(
        "{kind}: rows read {read}, taken {taken}, changed {changed}, refused {refused}", kind=part.title, **counts
    )
    yield "  " + words.say(said)
    if part.refused_unlisted:
        count = words.number(part.refused_unlisted)
        yield "    " + words.say(N_("Refused like these, but not listed one by one: {count}", count=count))
    if part.subtotals:
        yield "    " + words.say(N_("Subtotal rows passed over: {count}", count=words.number(part.subtotals)))
    if part.ignored:
        yield "    " + words.say(N_("Columns not used: {names}", names=", ".join(part.ignored)))
    for message in part.notes:
        yield "    " + words.say(message)


def _outcome(report: Report, words: Words) -> Iterator[Message]:
    if report.is_undone:
        yield N_("Nothing was taken, because something was refused (--strict).")
    elif report.kinds and not report.changed:
        yield N_("Nothing changed.") if report.refused else N_("Nothing changed: all of this was known already.")
    if report.read and report.seconds:
        rate = words.number(report.read / report.seconds)
        seconds = words.number(report.seconds, 1)
        yield N_("{seconds} s, {rate} rows a second", seconds=seconds, rate=rate)
    if report.refused_file:
        yield N_("Refused rows with their reasons: {file}", file=str(report.refused_file))


def _refusal_lines(report: Report, words: Words) -> Iterator[str]:
    """Give the first refusal of each reason with how many more there are, the most frequent first."""
    alike: dict[tuple[str, str], list[Refusal]] = {}
    for part in report.kinds:
        for refusal in part.refusals:
            alike.setdefault((refusal.sheet, words.say(refusal.reason)), []).append(refusal)
    by_number = sorted(alike.values(), key=len, reverse=True)
    for refusals in by_number[:_REASONS_SHOWN]:
        more = N_("… and {count} more", count=words.number(len(refusals) - 1))
        yield _refusal_line(refusals[0], words) + (f" {words.say(more)}" if len(refusals) > 1 else "")
    if rest := sum(map(len, by_number[_REASONS_SHOWN:])):
        yield words.say(N_("… and {count} more for other reasons", count=words.number(rest)))


def _refusal_line(refusal: Refusal, words: Words) -> str:
    value = refusal.value if len(refusal.value) <= _VALUE_SHOWN else refusal.value[:_VALUE_SHOWN] + "…"
    where = f"{refusal.sheet} {refusal.cell}"
    return f"{where} “{value}”: {words.say(refusal.reason)}" if value else f"{where}: {words.say(refusal.reason)}"
