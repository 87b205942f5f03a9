// The goals as they are drawn: a window over each curve, and on the curve of tone the bound with its side.
"use strict";
(function (Cisterna) {
  const { drawn } = Cisterna.editorFrame;
  const { clock, minute, number } = Cisterna.editorDay;
  const MOST = 4, GRID_MINUTES = 15, DAY = 1440;

  function read(form) {
    const text = (name) => form.elements.namedItem(name).value.trim();
    const found = [];
    for (let place = 1; place <= MOST; place += 1) {
      const [name, where, bound] = ["name", "where", "bound"].map((key) => text(`goal_${place}_${key}`));
      const from = minute(text(`goal_${place}_from`)), to = minute(text(`goal_${place}_to`)), tone = number(text(`goal_${place}_tone`));
      const days = text(`goal_${place}_days`).toLowerCase().match(/[a-z]{3}/g) ?? [];
      if (from !== null && to !== null && tone !== null) found.push({ place, name, from, to: to || DAY, where, bound, tone, days });
    }
    return found;
  }

  // Those that hold on a day of the week.
  const ofDay = (goals, weekday) => goals.filter((goal) => !goal.days.length || goal.days.includes(weekday));

  // The last row in which something stands.
  function used(form) {
    return Math.max(0, ...[1, 2, 3, 4].filter((row) => ["name", "from", "to", "tone", "days"].some((key) => form.elements.namedItem(`goal_${row}_${key}`).value.trim())));
  }

  // A window over midnight is drawn in two parts.
  const parts = (goal) => (goal.from < goal.to ? [[goal.from, goal.to]] : [[goal.from, DAY], [0, goal.to]]);

  function windows(frame, goals, named) {
    const key = JSON.stringify([goals, frame.left, frame.right, frame.from, frame.to]);
    if (frame.windowsOf === key) return;
    frame.windowsOf = key;
    frame.back.replaceChildren();
    for (const goal of goals) {
      for (const [from, to] of parts(goal)) {
        drawn("rect", { class: "c-d-window", x: frame.x(from), width: Math.max(0, frame.x(to) - frame.x(from)), y: frame.top, height: frame.bottom - frame.top }, frame.back);
        if (named && !frame.narrow) drawn("text", { class: "c-d-goal-name", x: frame.x((from + to) / 2), y: frame.top - 5, "text-anchor": "middle" }, frame.back).textContent = goal.name;
      }
    }
  }

  function bounds(frame, goals, words) {
    const key = JSON.stringify([goals, frame.left, frame.right, frame.low, frame.high]);
    if (frame.boundsOf === key) return;
    frame.boundsOf = key;
    frame.front.replaceChildren();
    for (const goal of goals) {
      const up = frame.y(goal.tone), side = goal.bound === "most" ? 1 : -1;
      for (const [from, to] of parts(goal)) {
        const [left, right] = [frame.x(from), frame.x(to)], depth = side > 0 ? frame.bottom - up : Math.min(40, up - frame.top);
        if (depth > 0) drawn("rect", { class: "c-d-goal", x: left, width: Math.max(0, right - left), y: side > 0 ? up : up - depth, height: depth }, frame.front);
        drawn("line", { class: "c-d-goal-line", x1: left, x2: right, y1: up, y2: up }, frame.front);
        for (let x = left + 6; x < right - 2; x += 10) drawn("line", { class: "c-d-goal-tick", x1: x, x2: x, y1: up, y2: up + 5 * side }, frame.front);
        if (!frame.narrow) drawn("text", { class: "c-d-goal-name", x: right + 6, y: up + (side > 0 ? 14 : 12) }, frame.front).textContent = `${words[goal.where]} ${goal.bound === "most" ? words.atMost : words.atLeast} ${goal.tone}`;
      }
    }
  }

  // Draw a goal by dragging over the tone curve: across for the window, up to the tone.
  function drawing(svg, frame, form, { words, done }) {
    let on = false, begun = null, box = null;
    const place = (event) => { const at = svg.getBoundingClientRect(); return [frame.timeAt(event.clientX - at.left), frame.valueAt(event.clientY - at.top)]; };
    const grid = (time) => Math.min(DAY, Math.max(0, Math.round(time / GRID_MINUTES) * GRID_MINUTES));
    const free = () => [1, 2, 3, 4].find((row) => ["name", "from", "to", "tone", "days"].every((key) => !form.elements.namedItem(`goal_${row}_${key}`).value.trim()));

    function fill(row, values) {
      for (const [key, value] of Object.entries(values)) form.elements.namedItem(`goal_${row}_${key}`).value = value;
      const named = form.elements.namedItem(`goal_${row}_name`);
      if (!named.value) named.value = `${words.newGoal} ${row}`;
      done(row);
    }
    svg.addEventListener("pointerdown", (event) => {
      if (!on || !free()) return;
      event.preventDefault();
      svg.setPointerCapture(event.pointerId);
      begun = place(event);
      box = drawn("rect", { class: "c-d-goal" }, frame.front);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!begun) return;
      const [time, tone] = place(event), [from, to] = [grid(Math.min(begun[0], time)), grid(Math.max(begun[0], time))];
      for (const [name, value] of Object.entries({ x: frame.x(from), width: Math.max(1, frame.x(to) - frame.x(from)), y: frame.y(tone), height: Math.max(1, frame.bottom - frame.y(tone)) })) box.setAttribute(name, value);
    });
    svg.addEventListener("pointerup", (event) => {
      if (!begun) return;
      const [time, tone] = place(event), [from, to] = [grid(Math.min(begun[0], time)), grid(Math.max(begun[0], time))];
      begun = null;
      if (to > from) fill(free(), { from: clock(from), to: clock(to % DAY), tone: tone.toFixed(1) });
      else box.remove();
    });
    return {
      set(is) { on = is; svg.classList.toggle("c-drawing-goal", is); },
      // By keyboard: the first free row of the table takes over.
      focusRow() { const row = free(); if (row) form.elements.namedItem(`goal_${row}_name`).focus(); },
      free,
    };
  }

  Cisterna.editorGoals = { read, ofDay, used, windows, bounds, drawing };
})((window.Cisterna ??= {}));
