// What all charts share: the part of time that is shown and the sample that is read.
"use strict";
(function (Cisterna) {
  const LEAST_SECONDS = 600, HALF_DAY = 43200;

  Cisterna.view = function (times) {
    const around = times.length === 1 ? HALF_DAY : 0; // a single output time still needs an axis
    const first = times[0] - around, last = times[times.length - 1] + around;
    const zoomed = [], pointed = [];
    const view = { first, last, min: first, max: last, index: null };

    view.isWhole = () => view.min <= first && view.max >= last;
    view.zoom = (min, max) => {
      const span = Math.min(Math.max(max - min, LEAST_SECONDS), last - first);
      const start = Math.min(Math.max(min, first), last - span);
      view.min = start;
      view.max = start + span;
      for (const listener of zoomed) listener();
    };
    view.reset = () => view.zoom(first, last);
    view.zoomAbout = (at, factor) => {
      const span = (view.max - view.min) * factor;
      view.zoom(at - ((at - view.min) / (view.max - view.min)) * span, at + ((view.max - at) / (view.max - view.min)) * span);
    };
    view.point = (index) => {
      view.index = Math.min(Math.max(index, 0), times.length - 1);
      for (const listener of pointed) listener();
    };
    view.pointAt = (at) => {
      const index = Cisterna.samples.nearest(times, at);
      if (times[index] < view.min || times[index] > view.max) {
        const half = (view.max - view.min) / 2;
        view.zoom(times[index] - half, times[index] + half);
      }
      view.point(index);
    };
    view.at = () => (view.index === null ? null : times[view.index]);
    view.shownIndices = () => {
      const low = Cisterna.samples.before(times, view.min);
      return [times[low] < view.min ? Math.min(low + 1, times.length - 1) : low, Cisterna.samples.before(times, view.max)];
    };
    view.onZoom = (listener) => zoomed.push(listener);
    view.onPoint = (listener) => pointed.push(listener);
    return view;
  };
})((window.Cisterna ??= {}));
