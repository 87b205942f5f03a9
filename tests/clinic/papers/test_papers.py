"""Papers: what stands on them is what the record holds, and each PDF keeps the standards that it names."""

from __future__ import annotations

import io
import json

import pikepdf
import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from tests.clinic.served import Served, violations

from cisterna.clinic.database.tables import audit, document
from cisterna.clinic.papers.service import KINDS
from cisterna.clinic.permissions import Action, Role, may
from cisterna.clinic.record import change_identity, record_of
from cisterna.clinic.record.identity import Identity
from cisterna.clinic.settings.site import change_setting

ABOUT = [f"/patients/{{patient}}/papers/{kind}" for kind in KINDS]
EVERY_PDF = [*(f"{path}/pdf" for path in ABOUT), "/sheets/emergency/pdf", "/due/pdf"]


def patient_of(served: Served) -> str:
    """An invented patient with a pump."""
    return next(iter(served.patients.values()))


def pdf_of(served: Served, path: str, role: Role = Role.NURSE) -> pikepdf.Pdf:
    """A paper as PDF."""
    client = served.client(role)
    ask = client.post if "/papers/" in path else client.get
    answer = ask(path.format(patient=patient_of(served)))
    assert answer.status_code == 200, answer.text[-400:]
    assert answer.headers["content-type"] == "application/pdf"
    return pikepdf.open(io.BytesIO(answer.content))


def fonts_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The descriptors of every font of a PDF."""
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
    ]


@pytest.fixture(scope="module", autouse=True)
def _named(served: Served) -> None:
    """The service has a name and a telephone, as a card needs them."""
    with served.database.unit(served.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "site_name", "Invented service")
        change_setting(unit, "site_telephone", "+34 900 000 000")


@pytest.mark.parametrize("path", EVERY_PDF)
def test_every_pdf_keeps_the_standards_for_keeping_and_for_screen_readers(served: Served, path: str) -> None:
    """PDF/A-2a and PDF/UA-1 are claimed, and what they ask for is there: tags, language, title, own fonts."""
    pdf = pdf_of(served, path)
    with pdf.open_metadata() as told:
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"]
    root = pdf.Root
    assert root.MarkInfo.Marked == True  # noqa: E712  (an object of the PDF, not a bool)
    assert str(root.Lang).startswith("en")
    assert root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
    assert len(root.StructTreeRoot.K) > 0
    assert len(root.OutputIntents) == 1
    fonts = fonts_of(pdf)
    assert {str(font.FontName).partition("+")[2].partition("-")[0] for font in fonts} <= {
        "InterReport", "Inter", "LibertinusSerif",
    }  # fmt: skip
    assert all(any(f"/FontFile{which}" in font for which in ("", "2", "3")) for font in fonts)
    assert "/Encrypt" not in pdf.trailer


@pytest.mark.parametrize("path", ABOUT)
def test_page_and_pdf_are_made_of_the_same_paper(served: Served, path: str) -> None:
    """The page of each paper tells dose and serial number as recorded, what is calculated, and the maker."""
    patient = patient_of(served)
    with served.database.unit(served.accounts[Role.NURSE].actor) as unit:
        therapy = record_of(unit, patient)[1].therapy
    serial = next(event.pump_serial for event in therapy.valid_events if event.kind == "implant")  # type: ignore[attr-defined]
    page = served.client(Role.PHYSICIAN).get(path.format(patient=patient)).text
    assert serial
    assert serial in page or path.endswith("family")
    assert "mcg/day" in page
    assert "by Dr Tess Crane" in page
    assert "calculated, not measured" in page


def test_the_same_paper_gives_the_same_bytes(served: Served) -> None:
    """Nothing but the record, who prints and when decides what a PDF holds."""
    path = f"/patients/{patient_of(served)}/papers/order/pdf"
    first, second = (served.client(Role.NURSE).post(path).content for _ in range(2))
    assert first == second


def test_a_paper_that_lacks_something_is_a_draft_and_says_what(served: Served) -> None:
    """Without a telephone the card is no final card: on the page, among the documents and in the audit."""
    path = f"/patients/{patient_of(served)}/papers/card"
    client = served.client(Role.NURSE)
    assert "It lacks:" not in client.get(path).text
    with served.database.unit(served.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "site_telephone", None)
    page = client.get(path).text
    assert "not known: to be completed" in page
    assert "It lacks: Invented service." in page
    assert client.post(f"{path}/keep").status_code == 303
    with served.database.unit(served.accounts[Role.ADMINISTRATOR].actor) as unit:
        change_setting(unit, "site_telephone", "+34 900 000 000")
    assert client.post(f"{path}/keep").status_code == 303
    with served.database.reading() as connection:
        titles = connection.execute(select(document.c.title)).scalars().all()
        told = connection.execute(select(audit.c.detail).where(audit.c.action == "export")).scalars().all()
    assert sorted(title.partition(" card")[0] for title in titles if "Patient card" in title) == [
        "Draft: Patient",
        "Patient",
    ]
    lacked = [json.loads(text)["lacks"] for text in told if "paper, card" in text]
    assert lacked[-2:] == [["Invented service"], []]


@pytest.mark.parametrize("role", Role)
def test_who_sees_therapies_prints_papers(served: Served, role: Role) -> None:
    """The clinical team makes papers and nobody else; everybody has the sheets."""
    client, path = served.client(role), f"/patients/{patient_of(served)}/papers"
    allowed = 200 if may(role, Action.MAKE_PAPER) else 403
    assert client.get(path).status_code == client.post(f"{path}/card/pdf").status_code == allowed
    assert client.get("/sheets/emergency/pdf").status_code == 200


def test_what_cannot_be_made_says_why(served: Served) -> None:
    """No such paper, a day without an entry, words without end: each is answered, none made."""
    client, path = served.client(Role.NURSE), f"/patients/{patient_of(served)}/papers"
    assert client.get(f"{path}/poem").status_code == 404
    assert client.get(f"{path}/visit?day=1999-01-01").status_code == 404
    assert client.get(f"{path}/visit?day=yesterday").status_code == 422
    assert client.post(f"{path}/doctor/pdf", data={"to": "a" * 4001}).status_code == 422


def test_a_name_that_no_font_has_is_refused_and_never_printed_as_boxes(served: Served) -> None:
    """Cyrillic is set by the second font; a script that neither has is told, and the page still prints it."""
    patient, physician = list(served.patients.values())[1], served.accounts[Role.PHYSICIAN].actor
    for name, status in (("Иванова", 200), ("山田", 400)):
        with served.database.unit(physician) as unit:
            row = record_of(unit, patient)[0]
            identity = Identity(number=row.identity.number, family_name=name, given_name="A.")
            change_identity(unit, patient, identity, seen_version=row.version)
        client = served.client(Role.NURSE)
        assert client.post(f"/patients/{patient}/papers/card/pdf").status_code == status
        assert name.upper() in client.get(f"/patients/{patient}/papers/card").text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_papers_can_be_read_by_everybody(served: Served, browser: Browser, scheme: str) -> None:
    """Nothing for axe on the list, a letter and an order, and the PDF leaves by its button."""
    base = f"/patients/{patient_of(served)}/papers"
    for path in (base, f"{base}/doctor", f"{base}/order"):
        with served.visited(browser, Role.NURSE, path, scheme=scheme) as watched:
            assert violations(watched.page) == []
    with served.visited(browser, Role.NURSE, f"{base}/family", width=390, scheme=scheme) as watched:
        watched.page.fill("#field-message", "Come early.")
        with watched.page.expect_download() as leaving:
            watched.page.click("text=PDF")
        assert leaving.value.suggested_filename.startswith("family-")
        watched.page.click("text=Show it on the paper")
        assert "Come early." in watched.page.inner_text("article")
        assert violations(watched.page) == []


def test_a_paper_begins_on_the_first_page(served: Served, browser: Browser) -> None:
    """A paper longer than what its heading leaves of the sheet is not pushed to the next one."""
    path = f"/patients/{patient_of(served)}/papers/order"
    with served.visited(browser, Role.NURSE, path) as watched:
        watched.page.emulate_media(media="print")
        kept = watched.page.locator("article.c-paper").evaluate("each => getComputedStyle(each).breakInside")
        assert kept == "auto"


def test_a_card_is_one_sheet(served: Served, browser: Browser) -> None:
    """Printed from the page or from the PDF: what is carried in a pocket has no second page."""
    path = f"/patients/{patient_of(served)}/papers/card"
    with served.visited(browser, Role.NURSE, path) as watched:
        printed = pikepdf.open(io.BytesIO(watched.page.pdf(format="A4")))
    assert len(printed.pages) == 1
    assert len(pdf_of(served, f"{path}/pdf").pages) == 1
