"""The report, row by row: what is published stands on the page as the targets hold it."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest

from cisterna.evidence import Settings
from cisterna.report.validation_page import validation_page_text
from cisterna.report.wording import significant
from cisterna.validation import CalibrationTarget, Target, Verdicts, select, targets, validate


@cache
def whole() -> Verdicts:
    """One small draw of every row."""
    return validate(targets(), draws=1, patients=20)


@cache
def page() -> str:
    """The page of that run."""
    return validation_page_text(whole())


def words(markup: str) -> str:
    """What a reader sees of some markup, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def cells(name: str) -> list[str]:
    """The cells of the row of a target, as a reader sees them."""
    found = re.search(rf'<tr id="{name}">(.*?)</tr>', page(), re.DOTALL)
    assert found is not None
    return [words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found[1], re.DOTALL)]


def published_text(target: Target) -> str:
    """Value, range and unit as the page writes them."""
    published = target.published
    value = "" if published.value is None else f"{significant(published.value)} "
    return f"{value}({significant(published.low)} to {significant(published.high)}) {published.unit}"


@pytest.mark.parametrize("target", targets(), ids=lambda target: str(target.id))
def test_a_row_shows_what_was_published_and_what_it_was_used_for(target: Target) -> None:
    """Quantity, people, value, range, unit, use, whom it counts among, status and source of each row."""
    published = target.published
    use = target.use.value if isinstance(target, CalibrationTarget) else "independent"
    among = "children with cerebral palsy" if published.children else "others"
    row = cells(target.id)
    assert row[0] == target.id
    assert row[1] == " ".join(f"{published.quantity}; {published.setting} {published.population}".split())
    assert row[3] == published_text(target)
    assert row[7] == f"{use}, {among}"
    assert row[8] == f"{published.status.value}: {published.source}"


def test_a_row_shows_what_was_simulated_with_its_unit() -> None:
    """The simulated value carries the unit of the published one; what is not in the model has none."""
    for row in whole().rows:
        shown = cells(row.target.id)[4]
        if row.simulated is None:
            assert not shown
        else:
            assert shown.startswith(f"{significant(row.simulated, 3)} {row.target.published.unit}")


def test_no_published_number_is_rounded_away() -> None:
    """Four digits hold every published value and range of the targets."""
    for target in targets():
        published = target.published
        for number in (published.value, published.low, published.high):
            if number is not None:
                written = significant(number).replace(",", "").replace("\N{MINUS SIGN}", "-")
                assert float(written) == pytest.approx(number, rel=5e-4)


def test_each_figure_lists_its_rows_with_unit_use_and_source() -> None:
    """Below a figure stand the rows that it shows, as they are in the table."""
    by_id = {target.id: target for target in targets()}
    figures = re.findall(r"<figure.*?</figure>", page(), re.DOTALL)
    assert len(figures) >= 20
    for figure in figures:
        listed = [words(item) for item in re.findall(r"<li>(.*?)</li>", figure, re.DOTALL)]
        drawn = re.findall(r'class="v-id"[^>]*>(T\d+)<', figure)
        assert sorted(item.split()[0] for item in listed) == sorted(drawn)
        for item in listed:
            target = by_id[item.split()[0]]
            assert f"published {published_text(target)}, simulated " in item
            assert target.published.source in item


def test_every_simulated_row_is_in_the_picture_of_all() -> None:
    """One track for each row that has a value, with the value, its range and its unit in words."""
    tracks = re.findall(
        r'<div class="v-track"><a href="#(T\d+)">.*?<span class="v-numbers">(.*?)</span>', page(), re.DOTALL
    )
    assert len(tracks) == sum(row.simulated is not None for row in whole().rows)
    units = {target.id: target.published.unit for target in targets()}
    assert all(words(numbers).endswith(units[name]) for name, numbers in tracks)


def test_figures_are_drawn_with_the_numbers_of_the_run() -> None:
    """A run with a number changed draws its curve with that number too."""
    chosen = select(["T54"])
    stored, changed = (
        validation_page_text(validate(chosen, settings=settings, draws=1, patients=1))
        for settings in (Settings(), Settings.of({"tone_ec50": "150 ng/mL"}))
    )
    curves = [re.findall(r'class="v-curve" d="(.*?)"', text) for text in (stored, changed)]
    assert len(curves[0]) == len(curves[1]) == 1
    assert curves[0] != curves[1]


def test_what_never_comes_is_said_in_words() -> None:
    """An effect that a changed number takes away has no time: never, or no duration, and no crash."""
    settings = Settings.of({"tone_ec50": "1000 ng/mL"})
    verdicts = validate(select(["T52", "T54", "T55"]), settings=settings, draws=1, patients=20)
    assert [row.simulated for row in verdicts.rows] == [float("inf"), 0.0, float("inf")]
    assert not any(row.inside for row in verdicts.rows)
    assert validation_page_text(verdicts).count("simulated <b>never</b>") == 2
