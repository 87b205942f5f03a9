// The choice of light or dark is kept on this computer; nothing else is, but for a window of the program editor (kept.js).
"use strict";
(function (Cisterna) {
  const KEY = "cisterna-theme";

  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is forbidden here: the system's theme it is
    }
  }

  function store(name) {
    try {
      localStorage.setItem(KEY, name);
    } catch {
      return; // the choice lasts as long as the page
    }
  }

  const before = stored();
  if (before === "dark" || before === "light") Cisterna.theme.choose(before);

  function show(button) {
    const dark = Cisterna.theme.dark();
    const words = button.querySelector(".c-theme-words");
    button.querySelector("use").setAttribute("href", dark ? "#icon-sun" : "#icon-moon");
    words.textContent = dark ? words.dataset.light : words.dataset.dark;
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.hidden = false;
      show(button);
      Cisterna.theme.onChange(() => show(button));
      button.addEventListener("click", () => {
        const name = Cisterna.theme.dark() ? "light" : "dark";
        store(name);
        Cisterna.theme.choose(name);
      });
    }
  });
})((window.Cisterna ??= {}));
