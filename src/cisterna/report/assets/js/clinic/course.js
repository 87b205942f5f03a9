// The charts of a patient's page, drawn anew for another theme and for paper.
"use strict";
(function (Cisterna) {
  const PRINTED_WIDTH = "18.5cm";

  function start() {
    const place = document.getElementById("course-data");
    if (!place) return;
    const { rebuild } = Cisterna.course(place.textContent);
    Cisterna.theme.onChange(rebuild);
    let before = null;
    window.addEventListener("beforeprint", () => {
      document.body.classList.add("c-printing");
      document.body.style.setProperty("--printed-width", PRINTED_WIDTH);
      before = Cisterna.theme.choose("light");
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("c-printing");
      Cisterna.theme.choose(before);
    });
    document.documentElement.dataset.ready = "yes";
  }

  document.fonts.ready.then(start);
})((window.Cisterna ??= {}));
