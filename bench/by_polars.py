"""The ten rules in Polars, lazy and streaming, pruned by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from bench.spec import (
    BEREAVED,
    GAS,
    LAID_OFF,
    LIVING,
    MEAL,
    NO_ACCOUNT,
    PRICE_BASE,
    START,
    STUDENT,
    WATER,
    Job,
    price_percent,
    years_before,
)

_C = pl.col
_FLAGS = (
    "is_tekun", "is_orphan", "is_dibao", "is_disabled_in_hardship", "is_laid_off", "is_veteran",
    "draws_unemployment_benefit", "is_bereaved", "is_in_patient_household",
)  # fmt: skip


def run(job: Job) -> None:
    here = pl.scan_parquet(job.persons).filter(_C.is_alive & _C.is_resident)
    hold = pl.when(_C.has_account).then(_small(0)).otherwise(_small(NO_ACCOUNT))
    touched = pl.any_horizontal(*_FLAGS, _C.student_level > 0)
    persons = _made(
        here.filter(touched).select(
            "person_id", "household_id", "area", "birth_date", "student_level", "is_laid_off",
            "is_bereaved", "is_dibao", "is_in_patient_household", "bill_total",
            remainder=_C.bill_total - _C.bill_basic - _C.bill_serious - _C.bill_aid,
            hold=hold,
            c41=_first("is_tekun", "is_orphan", "is_dibao", "is_disabled_in_hardship"),
            c51=_first(
                "is_tekun", "is_orphan", "is_dibao", "is_veteran", "draws_unemployment_benefit"
            ),
            c61=_first("is_tekun", "is_orphan", "is_dibao", "is_in_patient_household"),
        )
    )  # fmt: skip
    homes = _made(
        persons.group_by("household_id").agg(
            _C.area.min(),
            bereaved=_C.is_bereaved.any(),
            c61=_C.c61.min(),
            dibao=_C.is_dibao.any(),
            hold=_C.hold.filter(_C.is_bereaved).min(),
        )
    )
    born = (_C.birth_date > _day(job.months[0], 18)) & (_C.birth_date <= _day(job.months[-1], 6))
    pupils = _made(
        here.filter(born)
        .select("person_id", "household_id", "area", "birth_date", hold=hold)
        .join(homes.filter("dibao").select("household_id"), on="household_id", how="semi")
    )
    parts = [part for month in job.months for part in _of(month, persons, homes, pupils)]
    pl.concat(parts).sink_parquet(job.rows, engine="streaming")
    totals = pl.scan_parquet(job.rows).group_by("town", "rule", "month")
    totals.agg(subjects=pl.len().cast(pl.Int64), amount=_C.amount.sum()).sink_parquet(
        job.totals, engine="streaming"
    )


def _of(
    month: int, persons: pl.LazyFrame, homes: pl.LazyFrame, pupils: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """The rows of one month, rule by rule."""

    def line(
        source: pl.LazyFrame, rule: int, amount: int | pl.Expr, reason: pl.Expr
    ) -> pl.LazyFrame:
        subject = "household_id" if rule in (43, 61, 62) else "person_id"
        return source.select(
            subject=_C(subject),
            town=_C.area,
            rule=pl.lit(rule, pl.Int8),
            month=pl.lit(month, pl.Int32),
            amount=(pl.lit(amount) if isinstance(amount, int) else amount).cast(pl.Int64),
            reason=reason.cast(pl.Int16),
        )

    percent = price_percent(month)
    served = homes.filter(_C.c61.is_not_null())
    bereaved = homes.filter("bereaved")
    found = [
        line(persons.filter(_C.c41.is_not_null()), 41, LIVING, _C.c41 + _C.hold),
        line(served, 61, GAS, _C.c61),
        line(served, 62, WATER, _C.c61),
    ]
    if month == START:
        aged = (_C.birth_date > _day(month, 25)) & (_C.birth_date <= _day(month, 6))
        students = persons.filter((_C.student_level > 0) & aged)
        laid_off = persons.filter(_C.is_laid_off & _C.c41.is_null())
        owing = _C.is_in_patient_household & (_C.bill_total > 0) & (_C.remainder > 0)
        found += [
            line(laid_off, 42, LAID_OFF, _C.hold + 1),
            line(bereaved, 43, BEREAVED, _C.hold + 1),
            line(students, 44, _by("student_level", STUDENT), _C.student_level + _C.hold),
            line(persons.filter(owing), 12, _C.remainder, _C.hold + 1),
        ]
    if percent:
        of_age = (_C.birth_date > _day(month, 18)) & (_C.birth_date <= _day(month, 6))
        base = _by("c51", PRICE_BASE)
        found += [
            line(persons.filter(_C.c51.is_not_null()), 51, base * percent // 100, _C.c51 + _C.hold),
            line(pupils.filter(of_age), 52, MEAL * percent // 100, _C.hold + 1),
        ]
    return found


def _first(*flags: str) -> pl.Expr:
    """The place of the first flag that is set; null where none is."""
    found: pl.Expr = pl.lit(None, pl.Int16)
    for place in range(len(flags), 0, -1):
        found = pl.when(_C(flags[place - 1])).then(_small(place)).otherwise(found)
    return found


def _by(column: str, values: dict[int, int]) -> pl.Expr:
    return _C(column).replace_strict(values, default=None, return_dtype=pl.Int64)


def _small(value: int) -> pl.Expr:
    return pl.lit(value, pl.Int16)


def _day(month: int, years: int) -> date:
    return date.fromisoformat(years_before(month, years))


def _made(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.collect(engine="streaming").lazy()
