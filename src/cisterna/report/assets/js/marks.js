// What is drawn beside the lines of a panel: limits, observed points, stretches that are not known,
// and the name of each line at its end.
"use strict";
(function (Cisterna) {
  const colour = (token) => Cisterna.theme.colour(token);
  const ratio = () => window.devicePixelRatio || 1;
  const font = (weight, size) => `${weight} ${size * ratio()}px ${Cisterna.theme.colour("font")}`;

  function clipped(u, draw) {
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    draw(u.ctx);
    u.ctx.restore();
  }

  const inside = (u, value) => value >= u.scales.y.min && value <= u.scales.y.max;

  function limits(u, panel, dashes) {
    clipped(u, (ctx) => {
      ctx.strokeStyle = colour("limit");
      ctx.lineWidth = ratio();
      ctx.setLineDash(dashes.limit.map((length) => length * ratio()));
      for (const limit of panel.limits) {
        const y = u.valToPos(limit.value, "y", true);
        ctx.beginPath();
        ctx.moveTo(u.bbox.left, y);
        ctx.lineTo(u.bbox.left + u.bbox.width, y);
        ctx.stroke();
      }
    });
  }

  function points(u, panel) {
    const { ctx } = u;
    ctx.save();
    for (const point of panel.points) {
      const at = Date.parse(point.at) / 1000;
      if (at >= u.scales.x.min && at <= u.scales.x.max) mark(ctx, point, u.valToPos(at, "x", true), u.valToPos(point.value, "y", true));
    }
    ctx.restore();
  }

  function mark(ctx, point, x, y) {
    const size = 5 * ratio(), ring = point.mark === "ring";
    ctx.beginPath();
    if (point.mark === "diamond") {
      ctx.moveTo(x, y - size);
      ctx.lineTo(x + size, y);
      ctx.lineTo(x, y + size);
      ctx.lineTo(x - size, y);
      ctx.closePath();
    } else ctx.arc(x, y, size, 0, 2 * Math.PI);
    ctx.fillStyle = ring ? colour("sf") : colour(point.colour);
    ctx.strokeStyle = ring ? colour(point.colour) : colour("sf");
    ctx.lineWidth = 1.75 * ratio();
    ctx.setLineDash([]);
    ctx.fill();
    ctx.stroke();
  }

  // Stretches of samples where a column is not known, as [from, until] in seconds.
  function gaps(times, column) {
    const found = [];
    for (let start = 0; start < column.length; start += 1) {
      if (column[start] !== null) continue;
      let end = start;
      while (end + 1 < column.length && column[end + 1] === null) end += 1;
      found.push([times[start], times[Math.min(end + 1, times.length - 1)]]);
      start = end;
    }
    return found;
  }

  function unknown(u, stretches) {
    clipped(u, (ctx) => {
      for (const { from, until, words, hatched } of stretches) {
        const left = Math.max(u.valToPos(from, "x", true), u.bbox.left);
        const right = Math.min(u.valToPos(until, "x", true), u.bbox.left + u.bbox.width);
        if (right <= left) continue;
        ctx.save();
        ctx.beginPath();
        ctx.rect(left, u.bbox.top, right - left, u.bbox.height);
        ctx.clip();
        ctx.fillStyle = colour("wash");
        ctx.fill();
        if (hatched) hatch(ctx, left, right, u.bbox);
        words_in(ctx, words, left, right, u.bbox);
        ctx.restore();
      }
    });
  }

  // The value of each step above its beginning, where the step is long enough for it.
  function steps(u, values, token) {
    const { ctx } = u, times = u.data[0];
    ctx.save();
    ctx.font = font(620, 11.5);
    ctx.fillStyle = colour(token);
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    const place = (at) => Math.min(Math.max(u.valToPos(at, "x", true), u.bbox.left), u.bbox.left + u.bbox.width);
    const begins = values.map((value, index) => index).filter((index) => values[index] !== null && values[index] !== values[index - 1]);
    begins.forEach((index, count) => {
      const text = Cisterna.numbers.significant(values[index], 4);
      const x = place(times[index]) + 3 * ratio(), until = place(times[begins[count + 1]] ?? times[times.length - 1]);
      if (until - x > ctx.measureText(text).width) ctx.fillText(text, x, u.valToPos(values[index], "y", true) - 3 * ratio());
    });
    ctx.restore();
  }

  function hatch(ctx, left, right, box) {
    ctx.strokeStyle = colour("ln2");
    ctx.lineWidth = ratio();
    for (let x = left - box.height; x < right; x += 8 * ratio()) {
      ctx.beginPath();
      ctx.moveTo(x, box.top + box.height);
      ctx.lineTo(x + box.height, box.top);
      ctx.stroke();
    }
  }

  function words_in(ctx, words, left, right, box) {
    ctx.font = font(500, 12);
    const width = ctx.measureText(words).width;
    if (right - left < width + 20 * ratio()) return;
    const x = (left + right) / 2, y = box.top + 16 * ratio();
    ctx.fillStyle = colour("wash");
    ctx.fillRect(x - width / 2 - 6 * ratio(), y - 10 * ratio(), width + 12 * ratio(), 20 * ratio());
    ctx.fillStyle = colour("ink2");
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(words, x, y);
  }

  // Labels at the right edge, moved apart so that none covers another.
  function endLabels(u, labels) {
    const gap = 14 * ratio();
    const top = u.bbox.top + 4 * ratio(), bottom = u.bbox.top + u.bbox.height + 2 * ratio();
    const placed = labels
      .filter((label) => inside(u, label.value))
      .map((label) => ({ ...label, y: u.valToPos(label.value, "y", true) }))
      .sort((one, other) => one.y - other.y);
    for (let place = 0; place < placed.length; place += 1) {
      placed[place].y = Math.max(placed[place].y, place ? placed[place - 1].y + gap : top);
    }
    for (let place = placed.length - 1; place >= 0; place -= 1) {
      placed[place].y = Math.min(placed[place].y, place === placed.length - 1 ? bottom : placed[place + 1].y - gap);
    }
    u.ctx.save();
    u.ctx.textAlign = "left";
    u.ctx.textBaseline = "middle";
    for (const label of placed) {
      u.ctx.font = font(label.strong ? 620 : 450, u.width < 560 ? 11 : 12);
      u.ctx.fillStyle = colour(label.colour);
      u.ctx.fillText(label.text, u.bbox.left + u.bbox.width + 6 * ratio(), label.y);
    }
    u.ctx.restore();
  }

  // Right of now is what is planned: a wash behind the lines, and the line of now with its word.
  function ahead(u, now) {
    if (now === null) return;
    clipped(u, (ctx) => {
      const x = u.valToPos(now, "x", true);
      ctx.fillStyle = colour("wash");
      ctx.fillRect(x, u.bbox.top, Math.max(u.bbox.left + u.bbox.width - x, 0), u.bbox.height);
    });
  }

  function nowLine(u, now, named) {
    if (now === null || now < u.scales.x.min || now > u.scales.x.max) return;
    const { ctx } = u, x = u.valToPos(now, "x", true);
    ctx.save();
    ctx.strokeStyle = colour("ink");
    ctx.lineWidth = 1.4 * ratio();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(x, u.bbox.top);
    ctx.lineTo(x, u.bbox.top + u.bbox.height);
    ctx.stroke();
    ctx.font = font(450, 12);
    ctx.fillStyle = colour("ink");
    ctx.textBaseline = "top";
    const right = u.bbox.left + u.bbox.width - x > 40 * ratio();
    ctx.textAlign = right ? "left" : "right";
    if (named) ctx.fillText("now", x + (right ? 4 : -4) * ratio(), u.bbox.top + 2 * ratio());
    ctx.restore();
  }

  Cisterna.marks = { limits, points, gaps, unknown, endLabels, ahead, nowLine, steps };
})((window.Cisterna ??= {}));
