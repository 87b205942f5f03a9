// The rate of a day as bars: each has a handle for its rate and one for its begin, moved by pointer and by keys.
"use strict";
(function (Cisterna) {
  const { drawn, ticks, NUMBERS } = Cisterna.editorFrame;
  const { clock, MINUTES } = Cisterna.editorDay;
  const GRID_MINUTES = 5; // of a pointer; the keys move by what the pump can deliver
  const MANY = 10;
  const ROOM = 3; // times the mean rate: so far a bar can be drawn up
  const HOURS = [0, 180, 360, 540, 720, 900, 1080, 1260, 1440];

  function bars(svg, { words, pump: told_pump, changed, selected }) {
    // Where the pump's steps are not known nothing is dragged; the exact entry stays.
    const pump = told_pump ? { ...told_pump, key_mcg_per_h: told_pump.rate_step_mcg_per_h * (told_pump.stroke_mcg === null ? MANY : 1) } : { least_mcg_per_h: 0, greatest_mcg_per_h: 0, rate_step_mcg_per_h: 0, key_mcg_per_h: 0, time_step_minutes: 0 };
    const frame = Cisterna.editorFrame.frame(svg);
    let day = null, steps = [], chosen = null, drag = null, most = 0, current = null, goals = [], editable = true;

    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
    const mean = () => steps.reduce((sum, step) => sum + step.rate * (step.to - step.from), 0) / MINUTES;
    const snapped = (value, step) => Math.round(value / step) * step;
    // What a pixel is worth, as a round number that the pump can deliver.
    function coarse() {
      const pixel = (frame.high - frame.low) / (frame.bottom - frame.top);
      const power = 10 ** Math.floor(Math.log10(pixel));
      return Math.max(pump.rate_step_mcg_per_h, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= pixel));
    }
    const bounded = (rate) => Math.min(pump.greatest_mcg_per_h, Math.max(pump.least_mcg_per_h, rate));

    function setRate(step, rate) {
      day.setRate(step.place, bounded(snapped(rate, pump.rate_step_mcg_per_h)), pump.rate_step_mcg_per_h);
      changed();
    }
    function setFrom(at, minute) {
      const least = steps[at - 1].from + pump.time_step_minutes, last = steps[at].to - pump.time_step_minutes;
      day.setFrom(steps[at].place, Math.min(last, Math.max(least, snapped(minute, pump.time_step_minutes))));
      changed();
    }

    function onKey(event, at, kind) {
      const step = steps[at];
      if (event.key === "Delete" && kind === "rate") { event.preventDefault(); day.remove(step.place); return changed(); }
      const up = { ArrowUp: 1, ArrowRight: 1, PageUp: MANY, ArrowDown: -1, ArrowLeft: -1, PageDown: -MANY }[event.key];
      if (event.key === "Home" && kind === "rate") { event.preventDefault(); return setRate(step, pump.least_mcg_per_h); }
      if (!up) return undefined;
      event.preventDefault();
      const many = event.shiftKey ? up * MANY : up;
      return kind === "rate" ? setRate(step, step.rate + many * pump.key_mcg_per_h) : setFrom(at, step.from + many * pump.time_step_minutes);
    }

    const inside = (event, box = svg.getBoundingClientRect()) => { return [event.clientX - box.left, event.clientY - box.top]; };
    function onMove(event) {
      if (!drag) return;
      const [x, y] = inside(event, drag.box), at = steps.findIndex((step) => step.place === drag.place);
      if (at < 0) return;
      if (drag.kind === "rate") setRate(steps[at], snapped(Math.min(frame.high, frame.valueAt(y - drag.off)), coarse()));
      else if (at > 0) setFrom(at, snapped(frame.timeAt(x), GRID_MINUTES));
    }
    function onUp() { if (drag) { drag = null; changed(); } }
    svg.addEventListener("pointermove", onMove);
    svg.addEventListener("pointerup", onUp);
    svg.addEventListener("pointercancel", onUp);
    // A finger on a bar drags it; beside the bars it scrolls the page as everywhere.
    svg.addEventListener("touchstart", (event) => { if (drag) event.preventDefault(); }, { passive: false });

    function begin(event, at, kind) {
      if (frame.narrow || !editable || event.button) return;
      event.preventDefault();
      choose(steps[at].place);
      drag = { kind, box: svg.getBoundingClientRect(), place: steps[at].place, off: kind === "rate" ? inside(event)[1] - frame.y(steps[at].rate) : 0 };
      svg.setPointerCapture(event.pointerId);
      handles[at]?.[kind]?.focus({ preventScroll: true });
    }
    function choose(place) { chosen = place; selected(place); show(); }

    const handles = [], shapes = [];
    function makeBar(at) {
      const bar = drawn("g", { class: "c-bar" }, frame.areas);
      const parts = { bar, body: drawn("rect", { class: "c-bar-body" }, bar), edge: drawn("line", { class: "c-bar-top" }, bar), told: drawn("text", { class: "c-bar-told", "text-anchor": "middle" }, bar) };
      parts.body.addEventListener("pointerdown", (event) => begin(event, at, "rate"));
      const handle = (kind, shape) => {
        const made = drawn("g", { role: "slider", tabindex: "0", class: `c-handle c-handle-${kind}`, "data-handle": kind }, frame.front);
        drawn("rect", { class: "c-handle-hit", x: -16, y: -14, width: 32, height: 28 }, made);
        drawn("rect", shape, made);
        if (kind === "rate") for (const up of [-2, 2]) drawn("line", { x1: -6, x2: 6, y1: up, y2: up }, made);
        made.addEventListener("pointerdown", (event) => begin(event, at, kind));
        made.addEventListener("keydown", (event) => onKey(event, at, kind));
        made.addEventListener("focus", () => { if (steps[at] && chosen !== steps[at].place) choose(steps[at].place); });
        return made;
      };
      shapes[at] = parts;
      handles[at] = { rate: handle("rate", { x: -12, y: -6.5, width: 24, height: 13, rx: 6 }), from: handle("from", { x: -3.5, y: -7, width: 7, height: 14, rx: 2.5 }) };
    }

    function told(made, { label, now, least, last, text }) {
      made.setAttribute("aria-label", label);
      made.setAttribute("aria-valuenow", String(now));
      made.setAttribute("aria-valuemin", String(least));
      made.setAttribute("aria-valuemax", String(last));
      made.setAttribute("aria-valuetext", text);
    }

    function showBar(at) {
      const step = steps[at], { bar, body, edge, told: text } = shapes[at], { rate: grip, from } = handles[at];
      const [left, right, up] = [frame.x(step.from), frame.x(step.to), frame.y(step.rate)];
      const moves = editable && !frame.narrow;
      bar.setAttribute("class", step.place === chosen ? "c-bar c-bar-chosen" : "c-bar");
      for (const [name, value] of Object.entries({ x: left, y: up, width: Math.max(0, right - left), height: Math.max(0, frame.bottom - up) })) body.setAttribute(name, value.toFixed(1));
      for (const [name, value] of Object.entries({ x1: left, x2: right, y1: up, y2: up })) edge.setAttribute(name, value.toFixed(1));
      const middle = (left + right) / 2, low = frame.bottom - up < 30;
      text.textContent = right - left > 22 ? NUMBERS.format(step.rate) : "";
      text.setAttribute("x", middle.toFixed(1));
      text.setAttribute("y", (low ? up - 11 : up + 22).toFixed(1));
      text.classList.toggle("c-bar-inside", !low && step.place === chosen);
      grip.setAttribute("transform", `translate(${middle.toFixed(1)} ${up.toFixed(1)})`);
      from.setAttribute("transform", `translate(${left.toFixed(1)} ${(frame.bottom - 9).toFixed(1)})`);
      const values = { place: at + 1, rate: NUMBERS.format(step.rate), from: clock(step.from), to: clock(step.to) };
      told(grip, { label: fill(words.stepRate, values), now: Number(step.rate.toPrecision(6)), least: pump.least_mcg_per_h, last: pump.greatest_mcg_per_h, text: fill(words.rateText, values) });
      grip.style.display = moves ? "" : "none";
      from.style.display = moves && at > 0 ? "" : "none";
      if (at > 0) told(from, { label: fill(words.stepStart, values), now: step.from, least: steps[at - 1].from + pump.time_step_minutes, last: step.to - pump.time_step_minutes, text: clock(step.from) });
    }

    function show() {
      // The scale stands while a bar is dragged, or the bar would run away from the pointer.
      if (!drag || !most) most = Math.max(1.08 * Math.max(...steps.map((step) => step.rate), ...(current ?? [0])), ROOM * mean(), pump.least_mcg_per_h * 2);
      frame.axis({ across: HOURS, from: 0, to: MINUTES, levels: ticks(0, most), told: clock });
      while (shapes.length < steps.length) makeBar(shapes.length);
      shapes.forEach(({ bar }, at) => {
        const is = at < steps.length;
        bar.style.display = is ? "" : "none";
        for (const made of Object.values(handles[at])) made.style.display = is ? "" : "none";
        if (is) showBar(at);
      });
      Cisterna.editorGoals.windows(frame, goals, true);
      const minutes = current ? current.map((_rate, place) => place * 15) : [];
      frame.curve("current", "c-d-current", minutes, current);
      frame.curve("least", "c-d-least", [0, MINUTES], [pump.least_mcg_per_h, pump.least_mcg_per_h]);
      frame.label([
        ...(current ? [{ words: `${words.current} ${NUMBERS.format(current[current.length - 1])}`, value: current[current.length - 1], kind: "c-d-strong" }] : []),
        { words: `${words.least} ${NUMBERS.format(pump.least_mcg_per_h)}`, value: pump.least_mcg_per_h },
      ]);
    }

    return {
      dragging: () => drag !== null,
      choose,
      // Move a step by so many steps of the pump, as the arrow keys do.
      move(place, kind, many) {
        const at = steps.findIndex((step) => step.place === place);
        if (at < 0) return;
        if (kind === "rate") setRate(steps[at], steps[at].rate + many * pump.key_mcg_per_h);
        else if (at > 0) setFrom(at, steps[at].from + many * pump.time_step_minutes);
      },
      chosen: () => steps.find((step) => step.place === chosen) ?? null,
      // The steps of a day (kept as they were where they cannot be read), the current rates each 15 minutes, the goals.
      draw(of, name, options) {
        day = of;
        steps = day.of(name) ?? steps;
        ({ current, goals, editable } = { current, goals, editable, ...options });
        editable = editable && Boolean(told_pump);
        show();
      },
    };
  }

  Cisterna.editorBars = bars;
})((window.Cisterna ??= {}));
