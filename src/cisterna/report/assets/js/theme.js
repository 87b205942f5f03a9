// Light or dark: what the reader's system says until a button says otherwise; colours by token.
"use strict";
(function (Cisterna) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const listeners = [];
  let chosen = null;

  const dark = () => (chosen ?? (system.matches ? "dark" : "light")) === "dark";
  const colour = (token) => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();

  function apply() {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    for (const listener of listeners) listener();
  }

  function choose(name) {
    const before = chosen;
    chosen = name;
    apply();
    return before;
  }

  system.addEventListener("change", apply);
  document.documentElement.dataset.theme = dark() ? "dark" : "light";
  Cisterna.theme = { dark, colour, choose, onChange: (listener) => listeners.push(listener) };
})((window.Cisterna ??= {}));
