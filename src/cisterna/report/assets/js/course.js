// A course drawn in its card: builds the charts from data, keeps them in step and at the width of the card.
"use strict";
(function (Cisterna) {
  const DAY = 86400;
  const RANGES = [["1 day", DAY], ["1 week", 7 * DAY], ["1 month", 30 * DAY], ["3 months", 91 * DAY], ["1 year", 365 * DAY]];

  const element = (id) => document.getElementById(id);

  function ranges(context) {
    const { view } = context;
    if (!element("ranges")) return; // the page offers its own parts of time
    const offered = [...RANGES.filter(([, span]) => span < (view.last - view.first) * 0.95), ["All", view.last - view.first]];
    element("ranges").append(...offered.map(([name, span]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.dataset.span = span;
      button.addEventListener("click", () => {
        const at = view.at() ?? view.max;
        view.zoom(at - span / 2, at + span / 2);
      });
      return button;
    }));
  }

  function controls(context) {
    const { view, clock } = context;
    const zoomed = () => {
      element("reset").hidden = view.isWhole();
      element("window").textContent = `${clock.day(view.min)} to ${clock.day(view.max)}`;
      for (const button of element("ranges")?.children ?? []) {
        button.setAttribute("aria-pressed", String(Math.abs(button.dataset.span - (view.max - view.min)) < 1));
      }
    };
    element("reset").addEventListener("click", view.reset);
    view.onZoom(zoomed);
    view.onPoint(() => { element("instant").textContent = clock.minute(view.at()); });
    zoomed();
  }

  // Draws into the card "course" of the page; returns what draws it anew, for another theme or width.
  Cisterna.course = function (text) {
    const data = Cisterna.samples.read(text);
    const context = { data, view: Cisterna.view(data.times), clock: Cisterna.clock(data.zone) };
    for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
    const charts = data.panels.map((panel) => Cisterna.panel(document.querySelector(`[data-panel="${panel.id}"]`), panel, context));
    const map = document.querySelector('[data-panel="map"]');
    if (map) charts.push(Cisterna.map(map, context));
    const timeline = Cisterna.timeline(element("timeline"), context);
    for (const chart of charts) {
      Cisterna.values(chart, context);
      Cisterna.keys(chart, context, timeline.events);
      Cisterna.levels(chart);
    }
    const rebuild = () => {
      timeline.build();
      for (const chart of charts) chart.build();
    };
    ranges(context);
    controls(context);
    rebuild();
    let width = element("course").clientWidth;
    new ResizeObserver(() => {
      if (element("course").clientWidth === width) return;
      width = element("course").clientWidth;
      rebuild();
    }).observe(element("course"));
    return { rebuild };
  };
})((window.Cisterna ??= {}));
