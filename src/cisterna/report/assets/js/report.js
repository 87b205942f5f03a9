// The page of a course: reads its data, builds the charts, and keeps them in step.
"use strict";
(function (Cisterna) {
  const DAY = 86400;
  const RANGES = [["1 day", DAY], ["1 week", 7 * DAY], ["1 month", 30 * DAY], ["3 months", 91 * DAY], ["1 year", 365 * DAY]];
  const PRINTED_WIDTH = "18.5cm";

  const element = (id) => document.getElementById(id);

  function ranges(context) {
    const { view } = context;
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
      for (const button of element("ranges").children) {
        button.setAttribute("aria-pressed", String(Math.abs(button.dataset.span - (view.max - view.min)) < 1));
      }
    };
    element("reset").addEventListener("click", view.reset);
    view.onZoom(zoomed);
    view.onPoint(() => { element("instant").textContent = clock.minute(view.at()); });
    zoomed();
  }

  function themeButton(rebuild) {
    const button = element("theme");
    const show = () => {
      const dark = Cisterna.theme.dark();
      button.setAttribute("aria-pressed", String(dark));
      button.querySelector("use").setAttribute("href", dark ? "#icon-sun" : "#icon-moon");
      button.querySelector("span").textContent = dark ? "Light" : "Dark";
    };
    button.addEventListener("click", () => Cisterna.theme.choose(Cisterna.theme.dark() ? "light" : "dark"));
    Cisterna.theme.onChange(() => { show(); rebuild(); });
    show();
  }

  // Paper is light and narrow: charts are drawn anew for it, and what is folded is opened.
  function printing(rebuild) {
    let before = null, opened = [];
    window.addEventListener("beforeprint", () => {
      document.body.classList.add("c-printing");
      document.body.style.setProperty("--printed-width", PRINTED_WIDTH);
      opened = [...document.querySelectorAll("details:not(.c-levels):not(.c-licences):not([open])")];
      for (const details of opened) details.open = true;
      before = Cisterna.theme.choose("light");
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("c-printing");
      for (const details of opened) details.open = false;
      Cisterna.theme.choose(before);
    });
    element("print").addEventListener("click", () => window.print());
  }

  function start() {
    const data = Cisterna.samples.read(element("course-data").textContent);
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
    themeButton(rebuild);
    printing(rebuild);
    const banner = document.querySelector(".c-banner");
    const fit = () => document.documentElement.style.setProperty("--banner-height", `${banner.offsetHeight}px`);
    new ResizeObserver(fit).observe(banner);
    rebuild();
    let width = element("course").clientWidth;
    new ResizeObserver(() => {
      if (element("course").clientWidth === width) return;
      width = element("course").clientWidth;
      rebuild();
    }).observe(element("course"));
    document.documentElement.dataset.ready = "yes";
  }

  document.fonts.ready.then(start);
})((window.Cisterna ??= {}));
