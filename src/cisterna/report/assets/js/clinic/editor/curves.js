// The curves of tone and spinal fluid: the candidate, the current program beside it, the band, the goals.
"use strict";
(function (Cisterna) {
  const { frame: framed, ticks, NUMBERS, UNKNOWN } = Cisterna.editorFrame;
  const { clock, MINUTES } = Cisterna.editorDay;
  const DAY_ACROSS = [0, 180, 360, 540, 720, 900, 1080, 1260, 1440];
  const CSF = [["tip", "csf_tip_ng_per_ml"], ["lumbar", "csf_lumbar_ng_per_ml"], ["cervical", "csf_cervical_ng_per_ml"], ["cistern", "csf_cistern_ng_per_ml"]];
  const EVERY_HOURS = 3, ASHWORTH = [1, 5];

  // Of the values that are known; where none is, the axis begins and ends at `otherwise`.
  const known = (lists) => lists.map((list) => list.filter((value) => value !== null)).filter((list) => list.length);
  const least = (lists, otherwise) => Math.min(...known(lists).map((list) => Math.min(...list)), ...(known(lists).length ? [] : [otherwise]));
  const most = (lists, otherwise) => Math.max(...known(lists).map((list) => Math.max(...list)), ...(known(lists).length ? [] : [otherwise]));

  // The part of a week that is the day in hand, begun at 00:00; a day stays what it is.
  function dayOf(series, place) {
    if (!series || series.across[series.across.length - 1] <= MINUTES) return series;
    const first = series.across.findIndex((minute) => minute >= place * MINUTES), count = series.across.findIndex((minute) => minute >= MINUTES) + 1;
    return Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values.slice(first, first + count).map((value) => (name === "across" ? value - place * MINUTES : value))]));
  }

  function curves(root, words) {
    const tone = framed(root.querySelector('[data-chart="tone"]')), csf = framed(root.querySelector('[data-chart="csf"]'));

    function axis(series, view) {
      const last = series.across[series.across.length - 1];
      return view === "first"
        ? { across: Array.from({ length: Math.floor(last / 24) + 1 }, (_none, day) => day * 24), from: 0, to: last, told: (hour) => `${hour} h` }
        : { across: DAY_ACROSS, from: 0, to: MINUTES, told: clock };
    }

    function drawTone(shown, current, band, goals, view, letter) {
      const lists = [shown.tone_legs, shown.tone_arms, ...(current ? [current.tone_legs, current.tone_arms] : []), ...(band ? [band.tone_legs_low, band.tone_arms_high] : []), ...(goals.length ? [goals.map((goal) => goal.tone)] : [])];
      tone.axis({ ...axis(shown, view), levels: ticks(least(lists, ASHWORTH[0]) - 0.05, most(lists, ASHWORTH[1]) + 0.05) });
      for (const limb of ["legs", "arms"]) {
        tone.area(`band-${limb}`, `c-d-band c-d-${limb}`, band?.across ?? [], band?.[`tone_${limb}_low`], band?.[`tone_${limb}_high`]);
        tone.curve(`current-${limb}`, `c-d-dashed c-d-${limb}`, current?.across ?? [], current?.[`tone_${limb}`]);
        tone.curve(limb, `c-d-${limb}`, shown.across, shown[`tone_${limb}`]);
      }
      Cisterna.editorGoals.windows(tone, view === "first" ? [] : goals, false);
      Cisterna.editorGoals.bounds(tone, view === "first" ? [] : goals, words);
      const end = (list) => list[list.length - 1];
      tone.label([
        { words: `${words.arms} ${letter}`, value: end(shown.tone_arms), kind: "c-d-arms" },
        { words: `${words.legs} ${letter}`, value: end(shown.tone_legs), kind: "c-d-legs" },
        ...(current ? [{ words: `${words.legs} ${words.current}`, value: end(current.tone_legs), kind: "c-d-legs" }] : []),
      ]);
    }

    function drawCsf(shown, goals, view, levels) {
      csf.axis({ ...axis(shown, view), levels: ticks(0, most(CSF.map(([, name]) => shown[name]), 1) * 1.04) });
      for (const [name, series] of CSF) csf.curve(name, `c-d-csf-${name}`, shown.across, shown[series]);
      Cisterna.editorGoals.windows(csf, view === "first" ? [] : goals, false);
      csf.label(CSF.map(([name, series]) => ({ words: levels[name] ?? words[name], value: shown[series][shown[series].length - 1], kind: `c-d-csf-${name}` })));
    }

    // Name, sample: what each line is.
    let named = "";
    function legend(levels, letter) {
      if (named === letter) return;
      named = letter;
      const put = (name, items) => root.querySelector(`[data-legend="${name}"]`).replaceChildren(...items.map(([kind, text]) => {
        const item = document.createElement("li"), sample = document.createElement("span");
        sample.className = `c-sample ${kind}`;
        item.append(sample, text);
        return item;
      }));
      put("rate", [["c-sample-dose", letter], ["c-sample-dashed", words.current]]);
      put("tone", [["c-sample-legs", `${words.legs} ${letter}`], ["c-sample-arms", `${words.arms} ${letter}`], ["c-sample-dashed", words.current], ["c-sample-band", words.band], ["c-sample-goal", words.goal]]);
      put("csf", CSF.map(([name]) => [`c-sample-csf-${name}`, levels[name] ? `${words[name]} ${levels[name]}` : words[name]]));
    }

    function table(shown, view) {
      const place = root.querySelector("[data-values]");
      if (!place.closest("details").open) return;
      const made = document.createElement("table");
      made.className = "c-table";
      const put = (row, kind, text, number) => { const cell = document.createElement(kind); cell.textContent = text; if (kind === "th") cell.scope = row.parentNode.nodeName === "THEAD" ? "col" : "row"; if (number) cell.className = "c-number"; row.append(cell); };
      const names = [["tone_legs", words.legs], ["tone_arms", words.arms], ...CSF.map(([name, series]) => [series, `${words[name]}, ng/mL`])];
      const head = made.createTHead().insertRow();
      put(head, "th", view === "first" ? words.hours : words.time);
      names.forEach(([, text]) => put(head, "th", text, true));
      const body = made.createTBody(), every = EVERY_HOURS * (view === "first" ? 1 : 60);
      shown.across.forEach((at, line) => {
        if (Math.abs(at / every - Math.round(at / every)) > 1e-6) return;
        const row = body.insertRow();
        put(row, "th", view === "first" ? String(Math.round(at)) : clock(at));
        names.forEach(([series]) => put(row, "td", shown[series][line] === null ? UNKNOWN : NUMBERS.format(shown[series][line]), true));
      });
      place.replaceChildren(made);
    }

    return {
      tone,
      // Draw what is known: the candidate, what runs now, the band; `place` is the day of a week.
      draw({ shown, current, band, goals, view, letter, place, levels }) {
        const cut = (series) => (view === "first" ? series : dayOf(series, place));
        const [mine, now, spread] = [cut(shown), current && cut(current), band && cut(band)];
        drawTone(mine, now, spread, goals, view, letter);
        drawCsf(mine, goals, view, levels);
        legend(levels, letter);
        table(mine, view);
      },
    };
  }

  Cisterna.editorCurves = { curves, dayOf };
})((window.Cisterna ??= {}));
