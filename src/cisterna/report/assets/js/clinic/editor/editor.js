// The program editor: what is typed or dragged stands in the form; the server is asked what it does, and that is drawn.
"use strict";
(function (Cisterna) {
  const SETTLED_MS = 250;
  const SAID_MS = 80;
  // Two: the server computes one while the answer of the other is drawn.
  const UNDER_WAY = 2;
  const { DAYS, ROWS } = Cisterna.editorDay;

  function start(form) {
    const data = JSON.parse(document.getElementById("editor-data").textContent), { words, pump, levels } = data;
    const field = (name) => form.elements.namedItem(name), all = (selector) => form.querySelectorAll(selector), one = (selector) => form.querySelector(selector);
    const day = Cisterna.editorDay.day(form);
    // A page that answered a form holds what was typed already; it is kept from then on where a page opened plainly finds it.
    const kept = Cisterna.kept, plain = form.getAttribute("action"), key = data.opened ?? plain, asOpened = kept.texts(form);
    const state = { view: "steady", shown: null, current: null, band: null, weekday: data.weekday, touched: data.touched, settle: 0, worded: 0 };
    for (const made of all("[data-needs-script]")) made.hidden = false;
    one("[data-look]").parentNode.hidden = true;

    const fields = (more = {}) => ({ ...Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string")), view: state.view, ...more });
    const preview = Cisterna.editorAsking.asking((question, sequence, signal) => Cisterna.editorAsking.post(form.dataset.preview, question, sequence, signal), answered, failed, { most: UNDER_WAY });
    const compare = Cisterna.editorAsking.asking((question, sequence, signal) => Cisterna.editorAsking.post(form.dataset.compare, question, sequence, signal), compared, failed);

    const band = Cisterna.editorAsking.asking((question, sequence, signal) => Cisterna.editorAsking.post(form.dataset.band, question, sequence, signal), banded, failed, { patience: Infinity });

    const bars = Cisterna.editorBars(one('[data-chart="rate"]'), { words, pump, changed, selected });
    const curves = Cisterna.editorCurves.curves(form, words);
    const goals = Cisterna.editorGoals.drawing(one('[data-chart="tone"]'), curves.tone, form, { words, done: drawnGoal });
    const letter = () => field("letter").value;
    const keep = () => Cisterna.editorCandidates.keep(form);

    // ---------------------------------------------------------------- what is asked, and what comes back

    // Something stands otherwise in the form: the bars follow at once, the curves with the answer.
    function changed(more) {
      state.touched = state.unkept = true;
      one("[data-state]").textContent = words.unsaved;
      form.dispatchEvent(new CustomEvent("c-changed", { bubbles: true }));
      drawBars();
      ask(more);
    }
    function ask(more) {
      const knows = state.currentView === state.view;
      form.dataset.asked = String(preview.ask(() => fields({ ...more, ...asks(), ...(knows ? { knows_current: "yes" } : {}) })));
      clearTimeout(state.settle);
      state.settle = setTimeout(settle, SETTLED_MS);
    }
    // While a bar is dragged most questions are of the curves alone; a few times a second one asks for the words too.
    function asks() {
      const now = performance.now();
      if (bars.dragging() && now - state.worded < SAID_MS) return { asks: "curves" };
      state.worded = now;
      return {};
    }
    const entries = () => field("seen_entries").value;
    function hold(more = {}) { if (state.unkept || more.sent) kept.write(key, { who: data.who, at: Date.now(), entries: entries(), texts: kept.texts(form), ...more }); }
    function settle() {
      if (bars.dragging() || !preview.idle()) { state.settle = setTimeout(settle, SETTLED_MS); return; }
      keep();
      hold();
      compare.ask(() => fields());
    }

    function answered(answer, sequence) {
      one("[data-failed]").hidden = true;
      if (answer.typed) write(answer.typed);
      faults(answer.faults);
      const notes = one("[data-notes]");
      notes.textContent = answer.notes.join(" ");
      notes.hidden = !answer.notes.length;
      if (answer.curves) {
        state.shown = answer.curves;
        state.band = null;
        if ("current" in answer) { state.current = answer.current; state.currentView = state.view; drawBars(); }
        drawCurves();
        // The words follow in a moment of their own, so that they never hold up a curve.
        if (answer.parts) {
          state.said = answer;
          state.saying ||= setTimeout(() => { state.saying = 0; if (state.said) say(state.said); }, SAID_MS);
        }
        clearTimeout(state.wording);
        if (!answer.parts) state.wording = setTimeout(() => { if (preview.idle()) ask(); }, SAID_MS);
      }
      form.dataset.drawn = String(sequence);
      if (!answer.curves) { state.said = null; form.dataset.said = String(sequence); }
      if (answer.typed) drawBars();
    }
    function say(answer) {
      form.dataset.said = String(answer.sequence);
      parts(answer.parts);
      rows(answer.rows);
      for (const [place, text] of [["[data-total]", answer.total], ["[data-limits-count]", answer.limits_count], ["[data-model]", answer.model]]) {
        const found = one(place);
        if (found.textContent !== text) found.textContent = text;
      }
    }
    function compared(answer) {
      parts(answer.parts);
      form.dataset.compared = String(answer.sequence);
      if (state.shown) state.banding = { of: form.dataset.asked, sequence: band.ask(() => fields()) };
    }
    // The band belongs to what was asked; where something was changed meanwhile it is asked anew.
    function banded(answer) {
      if (state.banding?.sequence !== answer.sequence || state.banding.of !== form.dataset.asked) return;
      state.band = answer.band;
      drawCurves();
      form.dataset.banded = String(answer.sequence);
    }
    function failed() {
      const place = one("[data-failed]");
      place.querySelector("span").textContent = words.failed;
      place.hidden = false;
    }

    // ------------------------------------------------------------------------------------- drawing

    // The goals of the day that is drawn; where the days do not differ every goal holds on it.
    function goalsOfDay() {
      const found = Cisterna.editorGoals.read(form);
      return day.differs() ? Cisterna.editorGoals.ofDay(found, state.weekday) : found;
    }
    function drawBars() {
      const differs = day.differs();
      one("[data-days]").hidden = !differs;
      for (const button of all("[data-day]")) button.setAttribute("aria-pressed", String(button.dataset.day === state.weekday));
      for (const part of all("[data-mode-part]")) part.hidden = part.dataset.modePart !== day.mode;
      for (let place = 1; place <= ROWS; place += 1) one(`[data-step="${place}"]`).hidden = place > Math.max(1, day.count());
      const unit = one("[data-rate-unit]"), named = one(`[data-day="${state.weekday}"]`).textContent;
      unit.dataset.every ??= unit.textContent;
      unit.textContent = differs ? `mcg/h, ${named}` : unit.dataset.every;
      const used = Cisterna.editorGoals.used(form);
      for (const row of all("[data-goal]")) row.hidden = Number(row.dataset.goal) > Math.max(1, used + 1);
      const now = state.current && Cisterna.editorCurves.dayOf(state.current, DAYS.indexOf(state.weekday));
      bars.draw(day, state.weekday, { current: state.view === "steady" ? now?.rate_mcg_per_h : null, goals: goalsOfDay(), editable: day.mode === "flex" || day.mode === "simple-continuous" });
      const step = bars.chosen(), { clock } = Cisterna.editorDay;
      one("[data-read]").textContent = step && day.mode === "flex" ? `${words.step} ${day.of(state.weekday)?.findIndex((each) => each.place === step.place) + 1}, ${clock(step.from)} ${words.to} ${clock(step.to)}, ${Cisterna.editorFrame.NUMBERS.format(step.rate)} mcg/h` : "";
    }
    function drawCurves() {
      curves.draw({ shown: state.shown, current: state.current, band: state.view === "steady" ? state.band : null, goals: goalsOfDay(), view: state.view, letter: letter(), place: DAYS.indexOf(state.weekday), levels });
    }
    function draw() { drawBars(); if (state.shown) drawCurves(); }

    const held = {};
    function parts(texts) {
      for (const [name, html] of Object.entries(texts)) {
        if (held[name] !== html) one(`[data-part="${name}"]`).innerHTML = held[name] = html;
      }
    }
    function rows(told) {
      for (let place = 1; place <= ROWS; place += 1) {
        const row = one(`[data-step="${place}"]`), of = told[place - 1];
        for (const key of ["to", "lasts", "dose"]) { const cell = row.querySelector(`[data-${key}]`), text = of?.[key] ?? ""; if (cell.textContent !== text) cell.textContent = text; }
      }
    }
    function faults(found) {
      const by = new Map(found.map((fault) => [fault.where, fault.words]));
      for (const place of all("[data-fault]")) {
        const told = by.get(place.dataset.fault) ?? "", input = field(place.dataset.fault);
        place.querySelector("span").textContent = told;
        place.hidden = !told;
        if (told) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", place.id); } else { input.removeAttribute("aria-invalid"); input.removeAttribute("aria-describedby"); }
      }
    }
    function selected(place) {
      for (const row of all("[data-step]")) row.classList.toggle("c-step-chosen", Number(row.dataset.step) === place);
      drawReading();
    }
    function drawReading() { if (state.shown) requestAnimationFrame(drawBars); }
    function write(texts) { Cisterna.editorCandidates.write(form, texts); }

    // ------------------------------------------------------------------------------------ what is done

    form.addEventListener("input", (event) => { if (event.target !== form && !event.target.closest(".c-tool-fields")) changed(); });
    form.addEventListener("focusin", (event) => { const row = event.target.closest("[data-step]"); if (row && bars.chosen()?.place !== Number(row.dataset.step)) bars.choose(Number(row.dataset.step)); });
    form.addEventListener("keydown", (event) => {
      const up = { ArrowUp: 1, ArrowDown: -1 }[event.key], name = /^(rate|from)_(\d+)$/.exec(event.target.name ?? "");
      if (!up || !name || event.altKey || event.ctrlKey) return;
      const step = day.steps()?.find((each) => each.place === Number(name[2]));
      if (!step) return;
      event.preventDefault();
      bars.move(step.place, name[1], event.shiftKey ? 10 * up : up);
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { show, do: edit, view, day: weekday, remove } = button.dataset;
      if (show) { event.preventDefault(); Cisterna.editorCandidates.show(form, show); relettered(); changed(); }
      if (edit || button.hasAttribute("data-look")) { event.preventDefault(); button.closest("details")?.removeAttribute("open"); changed(edit ? { do: edit } : {}); }
      if (view) { state.view = view; for (const each of all("[data-view]")) each.setAttribute("aria-pressed", String(each === button)); ask(); }
      if (weekday) { state.weekday = weekday; draw(); }
      if (remove) { day.remove(Number(remove)); changed(); }
      if (button.hasAttribute("data-discard")) { event.preventDefault(); write(data.current_texts); field("name").value = ""; changed(); }
      if (button.hasAttribute("data-add")) {
        const place = day.split(bars.chosen()?.place ?? 0, pump.time_step_minutes, pump.rate_step_mcg_per_h);
        if (place) { changed(); bars.choose(place); field(`from_${place}`).focus(); }
      }
      if (button.hasAttribute("data-draw")) drawGoals(button.getAttribute("aria-pressed") !== "true");
    });
    function drawGoals(is) {
      one("[data-draw]").setAttribute("aria-pressed", String(is));
      goals.set(is);
      const notes = one("[data-notes]");
      notes.textContent = is ? words.draw : "";
      notes.hidden = !is;
      if (is && curves.tone.narrow) goals.focusRow();
    }
    function drawnGoal(row) { drawGoals(false); changed(); field(`goal_${row}_name`).select(); field(`goal_${row}_name`).focus({ preventScroll: true }); }
    function relettered() {
      for (const place of all("[data-letter]")) place.textContent = letter();
      for (const button of all("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === letter()));
    }
    form.addEventListener("submit", (event) => { keep(); if (event.submitter?.getAttribute("formaction")) { hold({ sent: true }); state.unkept = false; } });
    window.addEventListener("pagehide", () => { keep(); hold(); });

    // What was kept before a reload is written back, and says so.
    function restore() {
      const before = data.opened === null ? null : kept.of(key, data.who);
      if (!before) return;
      kept.put(form, before.texts);
      relettered();
      state.touched = true;
      form.dispatchEvent(new CustomEvent("c-changed", { bubbles: true }));
      const place = one("[data-restored]"), { lang } = document.documentElement;
      const when = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeStyle: "short" }).format(before.at);
      place.querySelector("span").textContent = [words.restored.replace("{when}", when), before.entries === entries() ? "" : words.movedOn].join(" ").trim();
      place.hidden = false;
      place.scrollIntoView({ block: "center" }); // a reload goes to where the page had been scrolled to
      place.querySelector("[data-throw]").addEventListener("click", () => {
        kept.put(form, asOpened);
        relettered();
        changed();
        state.unkept = false;
        one("[data-state]").textContent = data.touched ? words.unsaved : words.asSaved;
        form.dispatchEvent(new CustomEvent("c-cleared", { bubbles: true }));
        kept.drop(key);
        place.hidden = true;
        field("name").focus();
      });
    }
    restore();
    one(".c-shape-values").addEventListener("toggle", draw);
    let width = 0;
    new ResizeObserver(() => { if (width !== form.clientWidth) { width = form.clientWidth; draw(); } }).observe(form);

    one("[data-state]").textContent = state.touched ? words.unsaved : words.asSaved;
    drawBars();
    ask();
  }

  const form = document.querySelector("[data-editor]");
  if (form) document.fonts.ready.then(() => start(form));
})((window.Cisterna ??= {}));
