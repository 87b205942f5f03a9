"""How long a bar of the program editor takes from the move of a hand to the redrawn curves, in Chromium.

Run by ``make bench-editor``. The clinic is served by a process of its own; the browser drags one bar up and
down in 300 moves, one each frame. A move is answered when curves are painted that were asked for at that move
or at a later one. Prints the median and the 95th percentile, and ends with status 1 where a question was lost
or an answer was drawn out of order.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from playwright.sync_api import Page, sync_playwright

from benchmarks.clinic_served import MAKER, served
from cisterna.clinic.accounts import add_account
from cisterna.clinic.accounts.sessions import begin_session
from cisterna.clinic.database import open_database
from cisterna.clinic.permissions import Role
from cisterna.clinic.record import Identity, add_patient
from cisterna.clinic.web.desk import COOKIE
from cisterna.therapy import Fill, Implant, Patient, Program, Therapy, Tone
from cisterna.units import BodyWeight, Concentration, DailyDose, Length, Volume

MOVES = 300
FRAME_S = 1 / 60
MEDIAN_MS, MOST_MS = 50.0, 100.0
DAYS_OF_RECORD = 260
_MEASURE = """() => {
  const form = document.querySelector('[data-editor]'), open = [], bench = { took: [], drawn: [], asked: [] };
  let input = 0;
  window.addEventListener('pointermove', (event) => { input = event.timeStamp; }, { capture: true });
  new MutationObserver((changes) => {
    for (const change of changes) {
      const number = Number(form.getAttribute(change.attributeName));
      if (change.attributeName === 'data-asked') { open.push([number, input]); bench.asked.push(number); }
      else {
        bench.drawn.push(number);
        requestAnimationFrame(() => {
          while (open.length && open[0][0] <= number) bench.took.push(performance.now() - open.shift()[1]);
        });
      }
    }
  }).observe(form, { attributeFilter: ['data-asked', 'data-drawn'] });
  window.bench = bench;
}"""


def a_child(now: datetime) -> Therapy:
    """An invented child whose pump has given 200 mcg/day since the implant, refilled in time."""
    implanted, strength = now - timedelta(days=DAYS_OF_RECORD), Concentration(1000)
    return Therapy(
        patient=Patient(
            label="invented girl", born=(now - timedelta(days=3200)).date(), weight=BodyWeight(21),
            height=Length(118), sex="female", tone=Tone(legs=3.6, arms=3.0, scale="ashworth-1-5"),
        ),
        events=(
            Implant(at=implanted, pump="synchromed-ii-20", catheter="ascenda-8780", tip="T10",
                    catheter_trimmed=Length(52), alarm_volume=Volume(2)),
            Fill(at=implanted, injected=Volume(20), concentration=strength),
            Program(at=implanted, mode="simple-continuous", daily_dose=DailyDose(200)),
            *(
                Fill(at=implanted + timedelta(days=days), injected=Volume(20), withdrawn=Volume(4),
                     concentration=strength)
                for days in (80, 160, 240)
            ),
        ),
    )  # fmt: skip


@contextmanager
def opened(origin: str, path: str, token: str) -> Iterator[Page]:
    """The editor in Chromium, drawn once, with a day of four steps."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 1000})
        context.add_cookies([{"name": COOKIE, "value": token, "url": origin}])
        page = context.new_page()
        page.goto(origin + path)
        page.wait_for_selector("[data-editor][data-banded]", timeout=60_000)
        for _ in range(3):
            page.click("[data-add]")
        page.wait_for_timeout(4000)
        page.evaluate("window.scrollTo(0, 0)")
        yield page
        browser.close()


def drag(page: Page) -> dict[str, list[float]]:
    """Drag the second bar up and down, one move each frame; what was measured."""
    box = page.locator('[data-handle="rate"]:visible').nth(1).bounding_box()
    assert box is not None, "the bars are drawn"  # noqa: S101
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(_MEASURE)
    for move in range(MOVES):
        due = time.perf_counter() + FRAME_S
        page.mouse.move(x, y + (30 - abs(move % 120 - 60)) * 0.7)
        time.sleep(max(0.0, due - time.perf_counter()))
    page.wait_for_timeout(1500)
    bench: dict[str, list[float]] = page.evaluate("window.bench")
    page.mouse.up()
    return bench


def main() -> int:
    """Measure and print; 1 where a question was lost or an answer drawn out of order."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'clinic.db'}"
        with closing(open_database(address)) as database, database.unit(MAKER) as unit:
            words = token_hex(12)
            account = add_account(
                unit, login="nurse", name="R. Heron", role=Role.NURSE, password=words, must_change=False
            )
            token = begin_session(unit, account, second_factor_due=False)
            who = Identity(number="BENCH 1", family_name="INVENTED", given_name="Ina")
            patient_id = add_patient(unit, who, a_child(datetime.now(UTC)), keep_ids=True)
        with served(address) as serving, opened(
            serving.origin, f"/patients/{patient_id}/program", token
        ) as page:  # fmt: skip
            bench = drag(page)
    return told(bench)


def told(bench: dict[str, list[float]]) -> int:
    """Print what was measured."""
    took, drawn = bench["took"], bench["drawn"]
    lost, ordered = len(bench["asked"]) - len(took), drawn == sorted(set(drawn))
    median, most = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    sys.stdout.write(
        f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n"
        f"{len(took)} moves asked, {len(drawn)} answers drawn, {lost} without an answer, "
        f"{'all' if ordered else 'NOT'} in order\n"
        f"least {min(took):.0f} ms, median {median:.0f} ms (aim {MEDIAN_MS:.0f}), "
        f"95 % {most:.0f} ms (aim {MOST_MS:.0f})\n"
    )
    return int(lost > 0 or not ordered)


if __name__ == "__main__":
    sys.exit(main())
