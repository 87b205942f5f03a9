// Which levels of the spinal fluid are drawn, chosen by boxes.
"use strict";
(function (Cisterna) {
  Cisterna.levels = function (chart) {
    const boxes = chart.root.querySelector(".c-level-boxes");
    if (!boxes) return;
    for (const trace of chart.panel.traces) {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = trace.shown;
      box.addEventListener("change", () => {
        chart.show(trace.column, box.checked);
        chart.changed?.();
      });
      label.append(box, ` ${trace.name}`);
      boxes.append(label);
    }
  };
})((window.Cisterna ??= {}));
