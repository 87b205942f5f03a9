// The charts of a patient's page: their data are asked for once the page stands; drawn anew for another theme and for paper.
"use strict";
(function (Cisterna) {
  const PRINTED_WIDTH = "18.5cm";

  function draw(text) {
    const { rebuild } = Cisterna.course(text);
    Cisterna.theme.onChange(rebuild);
    let before = null;
    window.addEventListener("beforeprint", () => {
      document.body.classList.add("c-printing");
      document.body.style.setProperty("--printed-width", PRINTED_WIDTH);
      before = Cisterna.theme.choose("light");
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("c-printing");
      Cisterna.theme.choose(before);
    });
  }

  // A place for each panel that the course has, from the page's own pattern of one.
  function places(card, panels) {
    const pattern = document.getElementById("course-panel").content;
    for (const panel of panels) {
      const made = pattern.cloneNode(true);
      const [section, heading, unit, button, values] = ["section", "h3", ".c-unit", "button", ".c-values"].map((each) => made.querySelector(each));
      section.dataset.panel = panel.id;
      section.setAttribute("aria-labelledby", `title-${panel.id}`);
      heading.id = `title-${panel.id}`;
      heading.textContent = panel.title;
      unit.textContent = panel.unit;
      button.dataset.values = panel.id;
      button.setAttribute("aria-controls", `values-${panel.id}`);
      values.id = `values-${panel.id}`;
      card.querySelector("[data-panels]").append(made);
    }
  }

  function refuse(card, reasons) {
    const told = card.querySelector("[data-course-refused]");
    told.querySelector("ul").replaceChildren(...reasons.map((reason) => {
      const made = document.createElement("li");
      made.textContent = reason;
      return made;
    }));
    told.hidden = false;
    card.querySelector("[data-course-note]").hidden = true;
  }

  async function fetched(card) {
    const wait = card.querySelector("[data-course-loading]"), failed = card.querySelector("[data-course-failed]");
    try {
      const answer = await fetch(card.dataset.course, { headers: { accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      const data = JSON.parse(text);
      wait.hidden = true;
      if (data.refused) return refuse(card, data.refused);
      places(card, data.panels);
      draw(text);
    } catch {
      wait.hidden = true;
      failed.hidden = false;
    }
  }

  async function start() {
    const inside = document.getElementById("course-data"), card = document.querySelector("[data-course]");
    if (inside) draw(inside.textContent);
    else if (card) await fetched(card);
    else return;
    document.documentElement.dataset.ready = "yes";
  }

  document.fonts.ready.then(start);
})((window.Cisterna ??= {}));
