// One panel: lines on one vertical axis over the shared time, made with uPlot.
"use strict";
(function (Cisterna) {
  const { significant } = Cisterna.numbers;
  const LEFT = 52, BIN_PIXELS = 5, TURN = 0.03, DENSE_PART = 0.25;
  const gutter = (width) => (width < 560 ? 90 : 124);
  const height = (panel, width) => ({ tone: 210, "spinal-fluid": 220 })[panel.id] ?? (width < 560 ? 150 : 165);

  // The values of each trace in the panel's unit.
  function scaled(data, trace) {
    const column = data.columns.get(trace.column);
    return trace.factor === 1 ? column : column.map((value) => (value === null ? null : value * trace.factor));
  }

  function bounds(panel) {
    return (u, low, high) => {
      const top = Math.max(panel.at_least, (high ?? 0) <= panel.floor ? panel.floor + 1e-9 : high);
      const margin = (panel.floor === 1 ? 0.03 : 0.06) * (top - panel.floor);
      return [panel.floor, top + margin > panel.floor + 1e-6 ? top + margin : panel.floor + 1];
    };
  }

  function series(data, trace) {
    return {
      label: trace.name,
      show: trace.shown,
      stroke: Cisterna.theme.colour(trace.colour),
      fill: trace.area ? Cisterna.theme.colour("dose-area") : undefined,
      width: trace.width,
      dash: data.dashes[trace.dash].length ? data.dashes[trace.dash] : undefined,
      paths: trace.stepped ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear(),
      points: { show: false },
      spanGaps: false,
    };
  }

  function axes(context, width, root) {
    const { colour } = Cisterna.theme;
    const font = `12px ${colour("font")}`;
    const grid = { stroke: colour("ln"), width: 1 };
    const shared = { stroke: colour("ink3"), font, ticks: { show: false } };
    const most = Math.max(3, Math.floor((width - LEFT - gutter(width)) / 78));
    let found = null;
    return [
      {
        ...shared,
        grid,
        size: 36,
        gap: 4,
        splits: (u, axis, min, max) => (found = context.clock.ticks(min, max, most)).at,
        values: () => context.clock.labels(found),
      },
      { ...shared, grid, size: LEFT, gap: 6, ...(root ? { splits: (u, axis, min, max) => rootTicks(max), filter: (u, splits) => splits } : {}), values: (u, splits) => splits.map((value) => significant(value, 3, 0)) },
    ];
  }

  // Before the implant there is no pump; after it a delivery that is not known is hatched.
  function stretches(data, panel) {
    if (!panel.of_pump) return [];
    const implant = data.events.find((event) => event.kind === "implant");
    const implanted = implant ? Date.parse(implant.at) / 1000 : data.times[0];
    const found = implanted > data.times[0] ? [{ from: data.times[0], until: implanted, words: "no pump yet", hatched: false }] : [];
    const tip = data.columns.get("tip_mcg_per_h");
    if (panel.id !== "dose" || !tip) return found;
    const unknown = Cisterna.marks.gaps(data.times, tip).filter(([, until]) => until > implanted + 1);
    return found.concat(unknown.map(([from, until]) => ({ from: Math.max(from, implanted), until, words: "delivery not known", hatched: true })));
  }

  // On a square-root scale ticks lie evenly on the eye and on round numbers.
  function rootTicks(top) {
    const found = new Set([0]);
    for (let step = 1; step <= 5; step += 1) found.add(Number(((step / 5) ** 2 * top).toPrecision(1)));
    return [...found].filter((value) => value <= top);
  }

  // Whether a line goes up and down within a few pixels, too often for the eye, in much of the width.
  function dense(times, values, low, high, min, max, bins) {
    let bottom = Infinity, top = -Infinity;
    for (let index = low; index <= high; index += 1) {
      if (values[index] === null) continue;
      bottom = Math.min(bottom, values[index]);
      top = Math.max(top, values[index]);
    }
    let turning = 0;
    for (let index = low, bin = 0; bin < bins && index <= high; bin += 1) {
      const until = min + ((bin + 1) * (max - min)) / bins;
      let first = null, last = null, least = Infinity, most = -Infinity;
      for (; index <= high && times[index] <= until; index += 1) {
        const value = values[index];
        if (value === null) continue;
        first ??= value;
        last = value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      if (first !== null && most - least - Math.abs(last - first) > TURN * (top - bottom)) turning += 1;
    }
    return turning > DENSE_PART * bins;
  }

  function lastKnown(values, until) {
    for (let index = until; index >= 0; index -= 1) if (values[index] !== null) return values[index];
    return null;
  }

  // The panel in its place in the page; returns what the page calls on it.
  Cisterna.panel = function (root, panel, context) {
    const { data, view } = context;
    const place = root.querySelector(".c-plot");
    const values = panel.traces.map((trace) => scaled(data, trace));
    const unknown = stretches(data, panel);
    const now = data.now ? Date.parse(data.now) / 1000 : null;
    let plot = null, quiet = false;

    function labels() {
      const [, until] = view.shownIndices();
      const ends = panel.traces
        .map((trace, place) => ({ trace, value: lastKnown(values[place], until) }))
        .filter(({ trace, value }) => trace.shown && value !== null)
        .map(({ trace, value }) => ({ value, text: trace.name, colour: trace.text_colour || trace.colour, strong: true }));
      return ends.concat(panel.limits.map((limit) => ({ value: limit.value, text: limit.label, colour: "ink2", strong: false })));
    }

    function options(width) {
      return {
        width,
        height: height(panel, width) + 36,
        pxAlign: 0,
        legend: { show: false },
        padding: [8, gutter(width), 0, 0],
        scales: { x: { time: false, range: () => [view.min, view.max] }, y: { range: bounds(panel), ...(panel.square_root ? { distr: 100, fwd: (value) => Math.sqrt(Math.max(value, 0)), bwd: (value) => value * value } : {}) } },
        series: [{}, ...panel.traces.map((trace) => series(data, trace))],
        axes: axes(context, width, panel.square_root),
        cursor: {
          y: false,
          drag: { x: true, y: false, setScale: false },
          points: { size: 7, width: 1.5, fill: () => Cisterna.theme.colour("sf") },
        },
        hooks: {
          drawClear: [(u) => Cisterna.marks.ahead(u, now)],
          drawAxes: [(u) => Cisterna.marks.unknown(u, unknown)],
          draw: [
            (u) => {
              Cisterna.marks.limits(u, panel, data.dashes);
              if (panel.tells_steps) Cisterna.marks.steps(u, values[0], panel.traces[0].colour);
              Cisterna.marks.points(u, panel);
              Cisterna.marks.nowLine(u, now, panel === data.panels[0]);
              Cisterna.marks.endLabels(u, labels());
            },
          ],
          setCursor: [(u) => { if (!quiet && u.cursor.left >= 0 && u.cursor.idx !== null) view.point(u.cursor.idx); }],
          setSelect: [
            (u) => {
              if (u.select.width < 4) return;
              const from = u.posToVal(u.select.left, "x"), until = u.posToVal(u.select.left + u.select.width, "x");
              u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
              view.zoom(from, until);
            },
          ],
        },
      };
    }

    // A line that turns more often than the eye can follow is drawn thin and without dashes.
    function restyle() {
      const [low, high] = view.shownIndices();
      panel.traces.forEach((trace, place) => {
        if (!trace.shown) return;
        const thin = dense(data.times, values[place], low, high, view.min, view.max, Math.ceil(plot.over.clientWidth / BIN_PIXELS));
        const drawn = plot.series[place + 1];
        drawn.width = thin ? 1 : trace.width;
        drawn.dash = thin || !data.dashes[trace.dash].length ? undefined : data.dashes[trace.dash];
      });
    }

    function build() {
      plot?.destroy();
      plot = new uPlot(options(place.clientWidth), [data.times, ...values], place);
      plot.over.addEventListener("dblclick", view.reset);
      restyle();
      plot.redraw();
      showPoint();
    }

    function showPoint() {
      if (plot === null) return;
      const at = view.at();
      quiet = true;
      const left = at === null || at < view.min || at > view.max ? -10 : plot.valToPos(at, "x");
      if (Math.abs((plot.cursor.left ?? -10) - left) > 0.5) plot.setCursor({ left, top: left < 0 ? -10 : 1 }, false);
      quiet = false;
      legend();
    }

    function legend() {
      const list = root.querySelector(".c-legend");
      const shown = panel.traces.map((trace, place) => ({ trace, value: view.index === null ? null : values[place][view.index] })).filter(({ trace }) => trace.shown);
      if (list.dataset.names !== shown.map(({ trace }) => trace.name).join()) {
        list.dataset.names = shown.map(({ trace }) => trace.name).join();
        list.replaceChildren(...shown.map(({ trace }) => legendEntry(data, trace)), ...pointEntries(panel), timeEntry());
      }
      list.lastChild.textContent = view.index === null ? "" : context.clock.minute(view.at());
      shown.forEach(({ value }, place) => {
        list.children[place].querySelector("b").textContent = view.index === null ? "" : significant(value);
      });
    }

    const read = () => panel.traces
      .map((trace, place) => ({ trace, value: view.index === null ? null : values[place][view.index] }))
      .filter(({ trace }) => trace.shown)
      .map(({ trace, value }) => `${trace.name} ${significant(value)}`).join(", ");

    function show(name, shown) {
      const index = panel.traces.findIndex((trace) => trace.column === name);
      panel.traces[index].shown = shown;
      plot.setSeries(index + 1, { show: shown });
      restyle();
      plot.redraw();
      legend();
    }

    const scales = root.querySelectorAll("[data-scale]");
    const unit = root.querySelector(".c-unit");
    const tellScale = () => { unit.textContent = panel.unit + (panel.square_root ? ", square-root scale" : ""); };
    for (const button of scales) {
      button.addEventListener("click", () => {
        panel.square_root = button.dataset.scale === "root";
        for (const each of scales) each.setAttribute("aria-pressed", String(each === button));
        tellScale();
        build();
      });
    }
    tellScale();

    view.onZoom(() => {
      restyle();
      plot.setScale("x", { min: view.min, max: view.max });
    });
    view.onPoint(showPoint);
    return { panel, root, build, show, read, values, place };
  };

  function legendEntry(data, trace) {
    const entry = document.createElement("li");
    const dash = data.dashes[trace.dash].join(" ");
    entry.innerHTML = '<svg width="22" height="10" aria-hidden="true"><line x1="0" x2="22" y1="5" y2="5"/></svg><span></span> <b></b>';
    const line = entry.querySelector("line");
    line.style.stroke = `var(--${trace.colour})`;
    line.style.strokeWidth = trace.width;
    if (dash) line.style.strokeDasharray = dash;
    entry.querySelector("span").textContent = trace.name;
    return entry;
  }

  // The time that is read, where the page is too narrow to keep it in sight above.
  function timeEntry() {
    const entry = document.createElement("li");
    entry.className = "c-at";
    return entry;
  }

  const MARKS = {
    disc: '<circle cx="7" cy="7" r="4.5" class="c-fill"/>',
    diamond: '<path d="M7 2l5 5-5 5-5-5z" class="c-fill"/>',
    ring: '<circle cx="7" cy="7" r="4" class="c-ring"/>',
  };

  function pointEntries(panel) {
    const kinds = new Map(panel.points.map((point) => [point.label, point]));
    return [...kinds.values()].map((point) => {
      const entry = document.createElement("li");
      entry.innerHTML = `<svg width="14" height="14" aria-hidden="true">${MARKS[point.mark]}</svg><span></span>`;
      entry.querySelector("svg").style.color = `var(--${point.colour})`;
      entry.querySelector("span").textContent = point.label;
      return entry;
    });
  }

  Cisterna.panel.LEFT = LEFT;
  Cisterna.panel.gutter = gutter;
})((window.Cisterna ??= {}));
