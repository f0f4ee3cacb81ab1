import re
from dataclasses import fields
from itertools import combinations

import pytest

from charts.theme import DARK, LIGHT, SHAPES, contrast, figure_of, rgb, text_on

BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_text_meets_wcag_aa_on_page_and_card(palette):
    for ground in (palette.background, palette.surface):
        for ink in (palette.ink, palette.muted, palette.accent):
            assert contrast(ink, ground) >= 4.5


@BOTH
def test_lights_and_marks_meet_the_contrast_of_graphics(palette):
    for colour in (*palette.lights.values(), palette.outline):
        assert contrast(colour, palette.background) >= 3


@BOTH
def test_numbers_on_every_class_are_readable(palette):
    for fill in (*palette.sequential, *palette.diverging, palette.not_reported, palette.no_plan):
        assert contrast(text_on(fill, palette), fill) >= 4.5


@BOTH
def test_lights_are_used_for_nothing_else(palette):
    lights = set(palette.lights.values())
    others = {*palette.sequential, *palette.diverging, *palette.series, palette.not_reported, palette.no_plan}
    assert set(palette.lights) == set(SHAPES)
    assert len(set(SHAPES.values())) == 4
    assert not lights & others


@BOTH
def test_classes_stay_apart_for_those_who_do_not_tell_red_from_green(palette):
    for ramp in (palette.sequential, palette.diverging, tuple(palette.lights.values())):
        for one, other in combinations((*ramp, palette.not_reported), 2):
            assert _distance(_deuteranope(one), _deuteranope(other)) >= 8, (one, other)


@BOTH
def test_a_ramp_only_grows(palette):
    steps = [contrast(colour, palette.background) for colour in palette.sequential]
    assert steps == sorted(steps)


def test_both_themes_have_every_colour():
    for field in fields(LIGHT):
        light, dark = getattr(LIGHT, field.name), getattr(DARK, field.name)
        assert type(light) is type(dark)
        if isinstance(light, str) and field.name != "name":
            assert re.fullmatch("#[0-9a-f]{6}", light)
            assert re.fullmatch("#[0-9a-f]{6}", dark)


def test_a_projector_has_larger_type():
    assert LIGHT.scaled(1.5).px(14) == 21
    assert LIGHT.scaled(1.5).ink == LIGHT.ink


def test_a_bare_figure_is_small():
    # plotly's own template alone is 7 kB.
    assert len(figure_of(LIGHT, [], xaxis={}, yaxis={}).to_json()) < 1500


def _deuteranope(colour):
    """Return a colour as a deuteranope sees it, in Lab (Machado, Oliveira and Fernandes 2009, severity 1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb(colour))]
    seen = _times(
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)), linear
    )
    seen = [min(max(value, 0), 1) for value in seen]
    xyz = _times(((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)), seen)
    f = [
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def _times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
