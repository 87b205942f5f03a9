// The page of a course: draws it, and answers the buttons of the bar and the printer.
"use strict";
(function (Cisterna) {
  const PRINTED_WIDTH = "18.5cm";

  const element = (id) => document.getElementById(id);

  function themeButton(rebuild) {
    const button = element("theme");
    const show = () => {
      const dark = Cisterna.theme.dark();
      button.setAttribute("aria-pressed", String(dark));
      button.querySelector("use").setAttribute("href", dark ? "#icon-sun" : "#icon-moon");
      button.querySelector("span").textContent = dark ? "Light" : "Dark";
    };
    button.addEventListener("click", () => Cisterna.theme.choose(Cisterna.theme.dark() ? "light" : "dark"));
    Cisterna.theme.onChange(() => { show(); rebuild(); });
    show();
  }

  // Paper is light and narrow: charts are drawn anew for it, and what is folded is opened.
  function printing(rebuild) {
    let before = null, opened = [];
    window.addEventListener("beforeprint", () => {
      document.body.classList.add("c-printing");
      document.body.style.setProperty("--printed-width", PRINTED_WIDTH);
      opened = [...document.querySelectorAll("details:not(.c-levels):not(.c-licences):not([open])")];
      for (const details of opened) details.open = true;
      before = Cisterna.theme.choose("light");
    });
    window.addEventListener("afterprint", () => {
      document.body.classList.remove("c-printing");
      for (const details of opened) details.open = false;
      Cisterna.theme.choose(before);
    });
    element("print").addEventListener("click", () => window.print());
  }

  function start() {
    const { rebuild } = Cisterna.course(element("course-data").textContent);
    themeButton(rebuild);
    printing(rebuild);
    const banner = document.querySelector(".c-banner");
    const fit = () => document.documentElement.style.setProperty("--banner-height", `${banner.offsetHeight}px`);
    new ResizeObserver(fit).observe(banner);
    document.documentElement.dataset.ready = "yes";
  }

  document.fonts.ready.then(start);
})((window.Cisterna ??= {}));
