// Moving along a chart by keyboard; the chart is a slider over time whose text says time and values.
"use strict";
(function (Cisterna) {
  const STEPS_ACROSS = 120;

  Cisterna.keys = function (chart, context, events) {
    const { data, view, clock } = context;
    const place = chart.place;
    place.tabIndex = 0;
    place.setAttribute("role", "slider");
    place.setAttribute("aria-label", `${chart.panel.title}, ${chart.panel.unit}: cursor in time`);
    place.setAttribute("aria-valuemin", "0");
    place.setAttribute("aria-valuemax", String(data.times.length - 1));

    const tell = () => {
      place.setAttribute("aria-valuenow", String(view.index ?? 0));
      place.setAttribute("aria-valuetext", view.index === null ? "no time chosen" : `${clock.minute(view.at())}, ${chart.read()}`);
    };

    function move(direction, factor) {
      const [low, high] = view.shownIndices();
      if (view.index === null || view.index < low || view.index > high) return view.point(direction > 0 ? low : high);
      const step = (factor * (view.max - view.min)) / STEPS_ACROSS;
      const aim = Cisterna.samples.nearest(data.times, view.at() + direction * step);
      const index = aim === view.index ? view.index + direction : aim;
      if (index < low || index > high) view.zoom(view.min + direction * step, view.max + direction * step);
      view.point(index);
    }

    function toEvent(direction) {
      const now = view.at() ?? (direction > 0 ? view.first - 1 : view.last + 1);
      const places = [...new Set(events.map((event) => Cisterna.samples.nearest(data.times, event.seconds)))];
      const found = direction > 0 ? places.find((place) => data.times[place] > now) : places.filter((place) => data.times[place] < now).pop();
      if (found !== undefined) view.pointAt(data.times[found]);
    }

    const middle = () => view.at() ?? (view.min + view.max) / 2;
    const actions = {
      ArrowLeft: (event) => move(-1, event.shiftKey ? 10 : 1),
      ArrowRight: (event) => move(1, event.shiftKey ? 10 : 1),
      ArrowUp: () => (chart.moveRow ? chart.moveRow(-1) : move(1, 1)),
      ArrowDown: () => (chart.moveRow ? chart.moveRow(1) : move(-1, 1)),
      Home: () => view.point(view.shownIndices()[0]),
      End: () => view.point(view.shownIndices()[1]),
      PageUp: () => toEvent(-1),
      PageDown: () => toEvent(1),
      "+": () => view.zoomAbout(middle(), 0.5),
      "=": () => view.zoomAbout(middle(), 0.5),
      "-": () => view.zoomAbout(middle(), 2),
      "0": () => view.reset(),
      Escape: () => view.reset(),
    };
    place.addEventListener("keydown", (event) => {
      const action = actions[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action(event);
      tell();
    });
    view.onPoint(tell);
    tell();
  };
})((window.Cisterna ??= {}));
