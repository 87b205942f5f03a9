// The values behind a chart as a table, for the part of time that is shown.
"use strict";
(function (Cisterna) {
  const { significant } = Cisterna.numbers;
  const MOST_ROWS = 40;

  // Samples at even distances of time, with the sample nearest to every event.
  function rows(context) {
    const { data, view } = context;
    const [low, high] = view.shownIndices();
    const chosen = new Set();
    for (let step = 0; step < MOST_ROWS; step += 1) {
      chosen.add(Cisterna.samples.nearest(data.times, view.min + ((view.max - view.min) * step) / (MOST_ROWS - 1)));
    }
    for (const event of data.events) {
      const at = Date.parse(event.at) / 1000;
      if (at >= view.min && at <= view.max) chosen.add(Cisterna.samples.nearest(data.times, at));
    }
    return [...chosen].filter((index) => index >= low && index <= high).sort((one, other) => one - other);
  }

  function cell(kind, text, number) {
    const made = document.createElement(kind);
    made.textContent = text;
    if (number) made.className = "c-number";
    if (kind === "th") made.scope = number === "row" ? "row" : "col";
    return made;
  }

  function table(chart, context) {
    const { data, clock } = context;
    const traces = [...chart.panel.traces.filter((trace) => trace.shown), ...chart.panel.extra];
    const chosen = rows(context);
    const made = document.createElement("table");
    made.className = "c-table";
    const caption = made.createCaption();
    caption.textContent = `${chart.panel.title}, ${chart.panel.unit}: ${chosen.length} of ${significant(data.samples, 9)} output times. Zoom for more${data.files === false ? "" : "; every one is in course.csv"}.`;
    const head = made.createTHead().insertRow();
    head.append(cell("th", "Local time"), ...traces.map((trace) => cell("th", trace.name, true)));
    const body = made.createTBody();
    for (const index of chosen) {
      const row = body.insertRow();
      const time = cell("th", clock.minute(data.times[index]), "row");
      time.className = "";
      row.append(time, ...traces.map((trace) => {
        const value = data.columns.get(trace.column)[index];
        return cell("td", significant(value === null ? null : value * trace.factor, 4), true);
      }));
    }
    return made;
  }

  Cisterna.values = function (chart, context) {
    const button = chart.root.querySelector("[data-values]");
    const place = chart.root.querySelector(".c-values");
    const fill = () => {
      if (place.hidden) return;
      const scroll = document.createElement("div");
      scroll.className = "c-scroll";
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "group");
      scroll.setAttribute("aria-label", `Values of ${chart.panel.title}`);
      scroll.append(table(chart, context));
      place.replaceChildren(scroll);
    };
    button.addEventListener("click", () => {
      place.hidden = !place.hidden;
      button.setAttribute("aria-expanded", String(!place.hidden));
      fill();
    });
    context.view.onZoom(fill);
    chart.changed = fill;
  };
})((window.Cisterna ??= {}));
