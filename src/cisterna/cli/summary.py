"""A course laid out for reading in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cisterna.course import Course
from cisterna.units import decimal_text

__all__ = ["print_summary"]

_NARROW = 76
"""Columns below which a table would cut what it shows."""

_DATE_NAMES = {
    "low_reservoir_alarm_date": "Low-reservoir alarm",
    "worst_case_date": "Alarm volume, worst case",
    "earliest_empty_date": "Empty, earliest",
    "latest_empty_date": "Empty, latest",
    "stability_date": "Drug stability ends",
    "book_from": "Book the refill from",
    "refill_by_date": "Refill by",
    "eri_date": "Elective replacement indicator",
    "end_of_service_date": "End of service",
    "schedule_by_date": "Schedule the replacement by",
    "replace_by_date": "Replace by",
}

_DECIDED_BY = {
    "alarm-volume": "alarm volume",
    "accuracy": "labelled accuracy of the flow",
    "stability": "stability of the drug",
    "cap": "longest interval that the site allows",
    "life": "service life of the pump",
    "eri": "elective replacement indicator",
    "recorded": "recorded alarm",
}

_ACCOUNT_NAMES = {
    "injected_mcg": "injected into the reservoir",
    "by_other_routes_mcg": "given by other routes",
    "withdrawn_mcg": "withdrawn",
    "reservoir_mcg": "in the reservoir",
    "dead_volume_mcg": "in tubing and catheter",
    "outside_mcg": "outside the system",
    "spinal_fluid_mcg": "in the spinal fluid",
    "cistern_mcg": "in the cistern",
    "cranial_mcg": "in the cranial fluid",
    "cord_mcg": "in the cord",
    "plasma_mcg": "in plasma",
    "peripheral_mcg": "in other tissue",
    "gut_mcg": "in the gut",
    "skin_mcg": "in the skin",
    "eliminated_mcg": "eliminated",
}


def print_summary(course: Course, console: Console, written: Iterable[Path] = ()) -> None:
    """Who and which pump, each event, the coming dates, the drug account, the warnings, the files."""
    told = course.facts()
    _print_head(told, console)
    _print_events(_in_zone(told["events"], course.zone), console)
    if told["devices"]:
        _print_dates(told["dates"], console)
    _print_alarms(told, console)
    _print_account(told["drug_account"], console)
    _print_warnings(told["warnings"], console)
    console.print(
        "Simulated, not measured; for trained clinicians and researchers. Check every result against "
        "the pump's own programmer and the label.",
        style="dim",
    )
    _print_files(list(written), console)


def _in_zone(events: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The events with their instants in the zone that the head names; files keep the offset as written."""
    return [
        dict(event) | {"at": datetime.fromisoformat(event["at"]).astimezone(zone).isoformat()}
        for event in events
    ]


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _day(text: str) -> str:
    day = date.fromisoformat(text[:10])
    return f"{day.day} {day:%b %Y}"


def _moment(text: str) -> str:
    return f"{_day(text)}, {datetime.fromisoformat(text):%H:%M}"


def _number(value: float | None, places: int) -> str:
    if value is None:
        return ""
    text = decimal_text(value, places)
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if abs(value) >= 1000 else text


def _print_head(told: Mapping[str, Any], console: Console) -> None:
    patient, devices, simulated = told["patient"], told["devices"], told["simulated"]
    about = [
        f"{_age(patient['age_at_start_y'])} at the start",
        f"{_number(patient['weight_kg'], 1)} kg" if patient["weight_kg"] else "weight not stated",
        f"{_number(patient['height_cm'], 1)} cm" if patient["height_cm"] else "height not stated",
        patient["condition"],
    ]
    if patient["gmfcs"]:
        about.append(f"GMFCS {patient['gmfcs']}")
    console.print(Text(patient["label"], style="bold"))
    console.print(", ".join(about))
    if devices:
        console.print(
            f"{devices['pump']} with {devices['catheter']}, tip at {devices['tip']}, "
            f"tubing and catheter hold {_number(devices['dead_volume_ml'], 3)} mL"
        )
    console.print(
        f"Simulated for a {simulated['for']}, {_moment(simulated['from'])} "
        f"to {_moment(simulated['until'])} ({patient['timezone']})"
    )
    for name in simulated["overridden"]:
        console.print(f"  set in the file: {name}")
    for note in simulated["notes"]:
        console.print(Text(f"  {note}"))


def _age(years: float) -> str:
    whole = int(years)
    months = int((years - whole) * 12)
    return f"{whole} y {months} mo" if months else f"{whole} y"


def _print_events(events: Iterable[Mapping[str, Any]], console: Console) -> None:
    _heading(console, "What was done (volumes and effects as they were at that moment)")
    if console.width < _NARROW:
        _print_events_stacked(events, console)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("When", no_wrap=True)
    table.add_column("What", min_width=18, ratio=1)
    table.add_column("Dose", max_width=14)
    for title in ("mL", "Legs", "Arms", "ng/mL"):
        table.add_column(title, justify="right", no_wrap=True)
    for event in events:
        table.add_row(
            _moment(event["at"]),
            Text(_what(event)),
            event["dose_text"],
            _number(event["reservoir_ml"], 1),
            _number(event["tone_legs"], 1),
            _number(event["tone_arms"], 1),
            _number(event["plasma_ng_per_ml"], 1),
        )
        for alarm in event["alarms"]:
            table.add_row("", Text(f"then alarm: {alarm.replace('-', ' ')}", style="bold"))
    console.print(table)
    console.print(
        "mL in the reservoir (calculated), tone of legs and arms (Ashworth 1 to 5), ng/mL in plasma",
        style="dim",
    )


def _print_events_stacked(events: Iterable[Mapping[str, Any]], console: Console) -> None:
    """Each event over two lines, for a terminal too narrow for a table: nothing is cut."""
    for event in events:
        console.print(Text(_moment(event["at"]), style="bold"))
        console.print(Text(f"  {event['text']}"))
        reservoir = _number(event["reservoir_ml"], 1)
        console.print(
            f"  legs {_number(event['tone_legs'], 1)}, arms {_number(event['tone_arms'], 1)}, "
            f"plasma {_number(event['plasma_ng_per_ml'], 1)} ng/mL"
            + (f", reservoir {reservoir} mL" if reservoir else "")
        )
        for alarm in event["alarms"]:
            console.print(Text(f"  then alarm: {alarm.replace('-', ' ')}", style="bold"))


def _what(event: Mapping[str, Any]) -> str:
    """What was done, without the dose that its own column says."""
    text: str = event["text"]
    if not event["dose_text"]:
        return text
    if event["kind"] in {"fill", "lumbar-bolus"}:
        return str(event["kind"].replace("-", " ").capitalize())
    return text.replace(f", {event['dose_text']}", "")


def _print_dates(dates: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    _heading(console, "Coming dates (calculated from the program, not measured)")
    rows = [
        (
            title,
            _day(dates[name]["date"]) if dates[name]["date"] else "not known",
            _DECIDED_BY.get(dates[name]["decided_by"], dates[name]["decided_by"]),
        )
        for name, title in _DATE_NAMES.items()
    ]
    if console.width < _NARROW:
        for title, day, decided_by in rows:
            console.print(Text(f"{title}: {day}"))
            console.print(Text(f"  {decided_by}", style="dim"))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print_alarms(told: Mapping[str, Any], console: Console) -> None:
    if told["alarms"]:
        _heading(console, "Alarms")
        table = _listing()
        for alarm in told["alarms"]:
            cleared = f", cleared {_moment(alarm['cleared_at'])}" if alarm["cleared_at"] else ""
            condition = alarm["condition"].replace("-", " ")
            table.add_row(_moment(alarm["at"]), f"{condition} ({alarm['priority']}){cleared}")
        console.print(table)
    if told["happenings"]:
        _heading(console, "What the pump did between")
        table = _listing()
        for happening in told["happenings"]:
            table.add_row(_moment(happening["at"]), Text(happening["text"]))
        console.print(table)


def _listing() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    return table


def _print_account(account: Mapping[str, float], console: Console) -> None:
    _heading(console, "Drug account at the end, mcg")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for name, title in _ACCOUNT_NAMES.items():
        if account[name] != 0 or name == "injected_mcg":
            table.add_row(title, _number(account[name], 3))
    table.add_row("largest gap, as a share of what entered", f"{account['relative_error']:.1e}")
    console.print(table)


def _print_warnings(warnings: list[Mapping[str, Any]], console: Console) -> None:
    _heading(console, f"Warnings ({len(warnings)})" if warnings else "No warnings")
    table = _listing()
    for warning in warnings:
        said = Text(warning["text"])
        said.append(f"\n{warning['source']} [{warning['status']}]", style="dim")
        table.add_row(_moment(warning["at"]), said)
    console.print(table)
    console.print()


def _print_files(written: list[Path], console: Console) -> None:
    if not written:
        return
    _heading(console, "Written")
    for path in written:
        console.print(Text(f"  {path}"))
    report = next((path for path in written if path.suffix == ".html"), None)
    if report is not None:
        console.print(Text(f"Open the report in a browser: {report.resolve()}"))
