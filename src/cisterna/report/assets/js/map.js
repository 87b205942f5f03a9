// Concentration by level and time as colour, on the same time as the panels.
"use strict";
(function (Cisterna) {
  const { significant } = Cisterna.numbers;
  const SHADES = 512, MOST_COLUMNS = 1500;
  const NG_PER_MCG = 1000;

  function rgb(hex) {
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  // Colours at even steps of the square root of concentration over the ceiling.
  function shades() {
    const stops = Cisterna.theme.colour("concentration-stops").split(",").map(Number);
    const colours = stops.map((_, place) => rgb(Cisterna.theme.colour(`concentration-${place}`)));
    return Array.from({ length: SHADES }, (_, step) => {
      const at = step / (SHADES - 1);
      const right = Math.max(1, stops.findIndex((stop) => stop >= at));
      const part = (at - stops[right - 1]) / (stops[right] - stops[right - 1]);
      return colours[right].map((value, channel) => Math.round(colours[right - 1][channel] + part * (value - colours[right - 1][channel])));
    });
  }

  const shadeOf = (value, ceiling) => Math.min(SHADES - 1, Math.round(Math.sqrt(Math.max(value, 0) / ceiling) * (SHADES - 1)));

  // The highest value within each column of the picture; between samples the line that joins them.
  function highest(times, values, min, max, count, out) {
    const width = (max - min) / count;
    let index = Cisterna.samples.before(times, min);
    const on = (at) => {
      if (index + 1 >= times.length) return values[index] ?? 0;
      const part = (at - times[index]) / (times[index + 1] - times[index]);
      return (values[index] ?? 0) + Math.min(Math.max(part, 0), 1) * ((values[index + 1] ?? 0) - (values[index] ?? 0));
    };
    for (let column = 0; column < count; column += 1) {
      const until = min + (column + 1) * width;
      let best = on(until - width);
      while (index + 1 < times.length && times[index + 1] <= until) {
        index += 1;
        best = Math.max(best, values[index] ?? 0);
      }
      out[column] = Math.max(best, on(until));
    }
    return out;
  }

  Cisterna.map = function (root, context) {
    const { data, view } = context;
    const place = root.querySelector(".c-plot");
    const canvas = document.createElement("canvas");
    place.append(canvas);
    const ceiling = data.ceiling_ng_per_ml;
    const rows = data.levels.map((level) => ({ level, values: data.columns.get(`csf_${level}_mcg_per_ml`).map((value) => value * NG_PER_MCG) }));
    let row = Math.max(0, data.levels.indexOf(data.tip ?? "L4")), box = null, picture = null, drag = null;

    function layout() {
      const width = place.clientWidth, rowHeight = width < 560 ? 9 : 11;
      box = { left: Cisterna.panel.LEFT, top: 4, width: width - Cisterna.panel.LEFT - Cisterna.panel.gutter(width), height: rows.length * rowHeight, rowHeight, whole: width };
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round((box.top + box.height + 40) * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${box.top + box.height + 40}px`;
    }

    function paint() {
      const count = Math.min(MOST_COLUMNS, Math.max(1, Math.round(box.width)));
      picture = document.createElement("canvas");
      picture.width = count;
      picture.height = rows.length;
      const ctx = picture.getContext("2d");
      const image = ctx.createImageData(count, rows.length);
      const table = shades(), line = new Float64Array(count);
      rows.forEach(({ values }, at) => {
        highest(data.times, values, view.min, view.max, count, line);
        for (let column = 0; column < count; column += 1) {
          const [red, green, blue] = table[shadeOf(line[column], ceiling)];
          image.data.set([red, green, blue, 255], 4 * (at * count + column));
        }
      });
      ctx.putImageData(image, 0, 0);
    }

    function draw() {
      const ctx = canvas.getContext("2d");
      const ratio = window.devicePixelRatio || 1;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
      ctx.imageSmoothingEnabled = false;
      ctx.drawImage(picture, box.left, box.top, box.width, box.height);
      frame(ctx);
      names(ctx);
      timeAxis(ctx);
      cursor(ctx);
    }

    function frame(ctx) {
      ctx.strokeStyle = Cisterna.theme.colour("ln2");
      ctx.lineWidth = 1;
      ctx.strokeRect(box.left - 0.5, box.top - 0.5, box.width + 1, box.height + 1);
    }

    function names(ctx) {
      ctx.fillStyle = Cisterna.theme.colour("ink3");
      ctx.textBaseline = "middle";
      ctx.textAlign = "right";
      rows.forEach(({ level }, at) => {
        const every = box.rowHeight >= 11 ? ["cistern", "C4", "C7", "T3", "T6", "T9", "T12", "L3", "S2"] : ["cistern", "C4", "T3", "T9", "L3", "S2"];
        const tip = level === data.tip;
        if (!tip && (!every.includes(level) || Math.abs(at - data.levels.indexOf(data.tip)) < 2)) return;
        ctx.font = `${tip ? 620 : 450} 11px ${Cisterna.theme.colour("font")}`;
        ctx.fillStyle = Cisterna.theme.colour(tip ? "ink" : "ink3");
        ctx.fillText(level, box.left - 6, box.top + (at + 0.5) * box.rowHeight);
      });
      const tip = data.levels.indexOf(data.tip);
      if (tip < 0) return;
      const y = box.top + (tip + 0.5) * box.rowHeight, x = box.left + box.width + 5;
      ctx.fillStyle = Cisterna.theme.colour("ink");
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x + 8, y - 5);
      ctx.lineTo(x + 8, y + 5);
      ctx.fill();
      ctx.textAlign = "left";
      ctx.font = `620 12px ${Cisterna.theme.colour("font")}`;
      ctx.fillText(`tip ${data.tip}`, x + 13, y);
    }

    const across = (at) => box.left + ((at - view.min) / (view.max - view.min)) * box.width;

    function timeAxis(ctx) {
      const found = context.clock.ticks(view.min, view.max, Math.max(3, Math.floor(box.width / 78)));
      ctx.font = `12px ${Cisterna.theme.colour("font")}`;
      ctx.fillStyle = Cisterna.theme.colour("ink3");
      ctx.textAlign = "center";
      ctx.textBaseline = "top";
      context.clock.labels(found).forEach((text, place) => {
        text.split("\n").forEach((part, line) => ctx.fillText(part, across(found.at[place]), box.top + box.height + 6 + 15 * line));
      });
    }

    function cursor(ctx) {
      const at = view.at();
      if (drag) {
        ctx.fillStyle = Cisterna.theme.dark() ? "rgba(255,255,255,.25)" : "rgba(0,0,0,.25)";
        ctx.fillRect(Math.min(drag.from, drag.to), box.top, Math.abs(drag.to - drag.from), box.height);
      }
      if (at === null || at < view.min || at > view.max || document.body.classList.contains("c-printing")) return;
      const y = box.top + row * box.rowHeight;
      for (const [width, token] of [[3, "sf"], [1.25, "ink"]]) {
        ctx.strokeStyle = Cisterna.theme.colour(token);
        ctx.lineWidth = width;
        ctx.beginPath();
        ctx.moveTo(across(at), box.top);
        ctx.lineTo(across(at), box.top + box.height);
        ctx.stroke();
        ctx.strokeRect(across(at) - 7, y - 1, 14, box.rowHeight + 2);
      }
    }

    const read = () => (view.index === null ? "" : `${rows[row].level} ${significant(rows[row].values[view.index])} ng/mL`);

    function tell() {
      if (view.index === null) return;
      root.querySelector(".c-map-readout").textContent = `${rows[row].level}, ${context.clock.minute(view.at())}: ${significant(rows[row].values[view.index])} ng/mL`;
    }

    function pointer(event) {
      const bounds = canvas.getBoundingClientRect();
      const x = Math.min(Math.max(event.clientX - bounds.left, box.left), box.left + box.width);
      row = Math.min(Math.max(Math.floor((event.clientY - bounds.top - box.top) / box.rowHeight), 0), rows.length - 1);
      return { x, at: view.min + ((x - box.left) / box.width) * (view.max - view.min) };
    }

    canvas.addEventListener("pointermove", (event) => {
      const { x, at } = pointer(event);
      if (drag) drag.to = x;
      view.point(Cisterna.samples.nearest(data.times, at));
    });
    canvas.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      const { x, at } = pointer(event);
      drag = { from: x, to: x, at };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (!drag) return;
      const { x, at } = pointer(event);
      const [from, wide] = [drag.at, Math.abs(x - drag.from) > 4];
      drag = null;
      if (wide) view.zoom(Math.min(from, at), Math.max(from, at));
      else draw();
    });
    canvas.addEventListener("dblclick", view.reset);
    view.onZoom(() => { paint(); draw(); });
    view.onPoint(() => { draw(); tell(); });

    function build() {
      layout();
      paint();
      draw();
      legend(root.querySelector(".c-scale"), ceiling);
    }

    function moveRow(by) {
      row = Math.min(Math.max(row + by, 0), rows.length - 1);
      draw();
      tell();
    }

    const panel = { id: "map", title: "Map of spinal fluid", unit: "ng/mL", points: [] };
    const traces = rows.map(({ level }) => ({ column: `csf_${level}_mcg_per_ml`, name: level, factor: NG_PER_MCG, shown: true }));
    return { panel: { ...panel, traces, extra: [] }, root, build, read, moveRow, place, values: rows.map((each) => each.values) };
  };

  function legend(place, ceiling) {
    const width = 260, ticks = [0, 0.05, 0.15, 0.3, 1].map((part) => part * ceiling);
    const table = shades();
    const bar = Array.from({ length: 65 }, (_, step) => {
      const [red, green, blue] = table[Math.round((step / 64) * (SHADES - 1))];
      return `<rect x="${(step * width) / 65}" y="0" width="${width / 65 + 0.6}" height="10" fill="rgb(${red},${green},${blue})"/>`;
    });
    const words = ticks.map((value, at) => {
      const x = Math.sqrt(value / ceiling) * width;
      const text = at === ticks.length - 1 ? `${significant(value)} or more` : significant(value, 2);
      return `<text x="${x}" y="23" text-anchor="${at === 0 ? "start" : at === ticks.length - 1 ? "end" : "middle"}">${text}</text>`;
    });
    place.innerHTML = `<svg width="${width}" height="26" role="img" aria-label="Colour scale from 0 to ${significant(ceiling)} ng/mL and more">${bar.join("")}<rect x="0.5" y="0.5" width="${width - 1}" height="9" fill="none" class="c-scale-frame"/>${words.join("")}</svg>`;
  }
})((window.Cisterna ??= {}));
