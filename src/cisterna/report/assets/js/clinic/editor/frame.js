// A frame for curves in an SVG: axes with round values, and the places of values in pixels.
"use strict";
(function (Cisterna) {
  const SPACE = "http://www.w3.org/2000/svg";
  const LEFT = 44, TOP = 18, BOTTOM = 22, WORDS = 118, NARROW = 560;
  const UNKNOWN = "\u2013";
  const NUMBERS = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 4 });

  function drawn(kind, attributes, parent) {
    const made = document.createElementNS(SPACE, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    parent?.append(made);
    return made;
  }

  function ticks(least, most, count = 4) {
    const span = most > least ? most - least : 1;
    const power = 10 ** Math.floor(Math.log10(span / count));
    const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => span / each <= count);
    const first = Math.floor(least / step + 1e-9), last = Math.ceil((least + span) / step - 1e-9);
    return Array.from({ length: last - first + 1 }, (_none, place) => Number(((first + place) * step).toPrecision(10)));
  }

  // Layers are made once; axis() draws the axes anew where they changed.
  function frame(svg) {
    const layer = (kind) => drawn("g", { class: kind }, svg);
    const self = { svg, back: layer("c-d-back"), grid: layer("c-d-grid"), areas: layer("c-d-areas"), lines: layer("c-d-lines"), words: layer("c-d-words"), front: layer("c-d-front") };
    let shown = "", width = 0;
    // Asked once and at each change of size: to ask while something moves would lay the page out anew.
    new ResizeObserver(() => { width = svg.getBoundingClientRect().width; }).observe(svg);

    self.axis = function ({ across, from, to, levels, told }) {
      width = width || Math.max(240, svg.getBoundingClientRect().width);
      const height = Number(svg.getAttribute("height"));
      Object.assign(self, {
        narrow: width < NARROW, from, to, low: levels[0], high: levels[levels.length - 1],
        left: LEFT, right: width - (width < NARROW ? 8 : WORDS), top: TOP, bottom: height - BOTTOM,
      });
      const key = JSON.stringify([width, height, across, from, to, levels]);
      if (key === shown) return;
      shown = key;
      self.grid.replaceChildren();
      for (const level of levels) {
        const up = self.y(level);
        drawn("line", { x1: self.left, x2: self.right, y1: up, y2: up, class: "c-d-level" }, self.grid);
        drawn("text", { x: self.left - 6, y: up + 4, "text-anchor": "end" }, self.grid).textContent = NUMBERS.format(level);
      }
      for (const [place, at] of across.entries()) {
        if (self.narrow && place % 2) continue;
        const x = self.x(at);
        drawn("line", { x1: x, x2: x, y1: self.top, y2: self.bottom, class: "c-d-level" }, self.grid);
        drawn("text", { x, y: self.bottom + 16, "text-anchor": "middle" }, self.grid).textContent = told(at);
      }
    };
    self.x = (value) => self.left + ((self.right - self.left) * (value - self.from)) / (self.to - self.from);
    self.y = (value) => self.bottom - ((self.bottom - self.top) * (value - self.low)) / (self.high - self.low);
    self.valueAt = (y) => self.low + ((self.bottom - y) * (self.high - self.low)) / (self.bottom - self.top);
    self.timeAt = (x) => self.from + ((x - self.left) * (self.to - self.from)) / (self.right - self.left);
    self.points = (across, values) => {
      const parts = [];
      for (let place = 0; place < across.length; place += 1) {
        if (values[place] !== null && across[place] >= self.from && across[place] <= self.to) parts.push(`${self.x(across[place]).toFixed(1)},${self.y(values[place]).toFixed(1)}`);
      }
      return parts.join(" ");
    };
    const lines = new Map();
    // A curve by its name; it stays the same element, so that a drag moves its points alone.
    self.curve = (name, kind, across, values) => {
      let line = lines.get(name);
      if (!line) lines.set(name, (line = drawn("polyline", { class: `c-d-curve ${kind}` }, self.lines)));
      line.setAttribute("points", values ? self.points(across, values) : "");
    };
    self.area = (name, kind, across, lower, upper) => {
      let area = lines.get(name);
      if (!area) lines.set(name, (area = drawn("polygon", { class: kind }, self.areas)));
      area.setAttribute("points", lower ? `${self.points(across, upper)} ${self.points(across, lower).split(" ").reverse().join(" ")}` : "");
    };
    // Words at the right end, moved apart where they would lie on each other.
    let labelled = "";
    self.label = (items) => {
      const key = JSON.stringify([items.map((item) => [item.words, Math.round(self.y(item.value))]), self.right]);
      if (key === labelled) return;
      labelled = key;
      self.words.replaceChildren();
      if (self.narrow) return;
      const placed = items.filter((item) => Number.isFinite(item.value)).map((item) => ({ ...item, up: Math.min(self.bottom, Math.max(self.top, self.y(item.value))) })).sort((one, other) => one.up - other.up);
      placed.forEach((item, place) => { if (place && item.up - placed[place - 1].up < 14) item.up = placed[place - 1].up + 14; });
      const over = placed.length ? placed[placed.length - 1].up - self.bottom + 2 : 0;
      for (const item of placed) drawn("text", { x: self.right + 8, y: item.up - Math.max(0, over) + 4, class: item.kind ?? "" }, self.words).textContent = item.words;
    };
    return self;
  }

  Cisterna.editorFrame = { frame, drawn, ticks, NUMBERS, UNKNOWN };
})((window.Cisterna ??= {}));
