"""What a county sets of the year-end assessment, and of when a figure is doubted."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from settings.base import Table, refuse_twice

Level = Literal["province", "prefecture", "county", "township", "village"]


class Scale(Table):
    """What gives full marks and what none; which of them is higher says whether more is better."""

    full: float
    zero: float

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.full == self.zero:
            raise ValueError("full and zero marks cannot be given for the same value")
        return self


class LevelScale(Scale):
    """Another scale at one level; a weight of 0 leaves the item out there."""

    weight: Annotated[float, Field(ge=0)] | None = None


class AssessmentItem(Scale):
    """One figure that counts in the score.

    `measure` is what the scale speaks of: the indicator's value, its "growth" on the year before in percent (of rates:
    in points), or its numerator in percent of the "plan".
    """

    indicator: Annotated[str, Field(min_length=1)]
    part: str
    weight: Annotated[float, Field(gt=0)]
    measure: Literal["value", "growth", "plan"] = "value"
    levels: dict[Level, LevelScale] = Field(default_factory=dict)


class AssessmentPart(Table):
    """A part of the score, one colour in the chart."""

    id: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]


class Aim(AssessmentPart):
    """One of the lights: it is as good as the worst of its indicators."""

    indicators: Annotated[tuple[str, ...], Field(min_length=1)]


def _item(part: str, indicator: str, weight: float, zero: float, full: float, measure: Any = "value") -> AssessmentItem:
    return AssessmentItem(indicator=indicator, part=part, weight=weight, full=full, zero=zero, measure=measure)


def _aim(id_: str, name: str, name_en: str, *indicators: str) -> Aim:
    return Aim(id=id_, name=name, name_en=name_en, indicators=indicators)


class Assessment(Table):
    """How places are scored, and the six lights of 两好两升两确保. The weights are Guatu's, not any province's."""

    #: Parts of the score, at most as many as a chart has colours.
    parts: Annotated[tuple[AssessmentPart, ...], Field(max_length=6)] = (
        AssessmentPart(id="monitoring", name="监测帮扶", name_en="Monitoring"),
        AssessmentPart(id="guarantee", name="三保障和饮水安全", name_en="Guarantees"),
        AssessmentPart(id="industry", name="产业就业", name_en="Industry and jobs"),
        AssessmentPart(id="income", name="增收", name_en="Income"),
        AssessmentPart(id="environment", name="人居环境", name_en="Environment"),
        AssessmentPart(id="satisfaction", name="满意度", name_en="Satisfaction"),
    )
    items: tuple[AssessmentItem, ...] = (
        _item("monitoring", "monitoring.reviewed", 15, 90, 100),
        _item("guarantee", "guarantee.education", 6, 95, 100),
        _item("guarantee", "guarantee.medical", 6, 98, 100),
        _item("guarantee", "guarantee.housing", 6, 98, 100),
        _item("guarantee", "guarantee.water", 6, 98, 100),
        _item("industry", "funds.paid", 12, 60, 100, "plan"),
        _item("industry", "employment.workers", 8, 95, 102),
        _item("income", "income.per_capita", 12, 0, 10, "growth"),
        _item("income", "income.fell_20", 6, 5, 0),
        _item("environment", "environment.toilets", 6, 60, 95),
        _item("environment", "environment.cleanup", 5, 50, 100),
        _item("satisfaction", "satisfaction.rate", 8, 80, 98),
        _item("satisfaction", "governance.publicity", 4, 80, 100),
    )
    lights: Annotated[tuple[Aim, ...], Field(max_length=6)] = (
        _aim("industry", "产业好", "Good industry", "funds.paid", "employment.workers"),
        _aim("environment", "环境好", "Good environment", "environment.toilets", "environment.cleanup"),
        _aim("income", "收入提升", "Income up", "income.per_capita"),
        _aim("satisfaction", "满意度提升", "Satisfaction up", "satisfaction.rate"),
        _aim(
            "no_return",
            "确保不发生规模性返贫",
            "No return to poverty",
            "monitoring.reviewed",
            "income.fell_20",
            "guarantee.education",
            "guarantee.medical",
            "guarantee.housing",
            "guarantee.water",
        ),
        _aim("transition", "确保平稳过渡", "Smooth transition", "governance.publicity", "projects.finished"),
    )
    #: A place with fewer households than this carries a caution: one household more or less moves its rates.
    small_households: Annotated[int, Field(ge=0)] = 200
    #: A place is ranked once this share of the weight that applies to it has been reported.
    ranked_from: Annotated[float, Field(gt=0, le=1)] = 0.6

    @model_validator(mode="after")
    def _fits(self) -> Self:
        parts = [part.id for part in self.parts]
        refuse_twice(parts)
        refuse_twice([item.indicator for item in self.items])
        refuse_twice([light.id for light in self.lights])
        if unknown := sorted({item.part for item in self.items} - set(parts)):
            raise ValueError(f"no such part: {', '.join(unknown)}")
        if not self.items:
            raise ValueError("there is no item to score by")
        return self


class Trust(Table):
    """When a figure is doubted."""

    #: A figure is doubted that moved by more than so many of its usual deviations (median of absolute deviations),
    jump_deviations: Annotated[float, Field(gt=0)] = 6.0
    #: and by at least so much: points of a rate, percent of an amount.
    least_jump: Annotated[float, Field(ge=0)] = 10.0
    #: One that is the same in so many periods while nearly all others moved.
    copied_periods: Annotated[int, Field(ge=2)] = 3
    #: Rates that may pass 100 %, because the numerator is no part of the denominator.
    may_exceed: tuple[str, ...] = ("employment.workers", "income.wage_share", "income.transfer_share")
