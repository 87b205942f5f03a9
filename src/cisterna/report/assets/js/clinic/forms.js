// Typed text is never lost: leaving with unsaved input asks first; faults are shown at once; days are echoed in words.
"use strict";
(function () {
  const { lang } = document.documentElement;
  const DAY = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  let leaving = false;

  const kept = (form) => form.method === "post" && !form.hasAttribute("data-unguarded") && form.getAttribute("role") !== "search";
  const dirty = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && kept(form)) dirty.add(form);
  });
  // What a script wrote into a form is typed text too.
  document.addEventListener("c-changed", (event) => dirty.add(event.target));
  document.addEventListener("c-cleared", (event) => dirty.delete(event.target));
  // A step that htmx has saved is on disk; what is typed after that is not.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form && event.detail.successful) dirty.delete(form);
  });
  document.addEventListener("submit", (event) => {
    leaving = true;
    const button = event.submitter;
    setTimeout(() => {
      if (event.defaultPrevented) leaving = false; // htmx sends it, and the page stays
      else if (button) button.setAttribute("aria-busy", "true");
    });
  });
  window.addEventListener("beforeunload", (event) => {
    const unsaved = [...dirty].some((form) => form.isConnected);
    if (unsaved && !leaving) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { leaving = false; });

  function echo(input) {
    const place = document.getElementById(input.dataset.echo);
    if (!place) return;
    const at = Date.parse(`${input.value}T00:00:00Z`);
    const parts = Number.isNaN(at) ? {} : Object.fromEntries(DAY.formatToParts(at).map((part) => [part.type, part.value]));
    place.textContent = [parts.weekday, parts.day, parts.month?.slice(0, 3), parts.year].filter(Boolean).join(" ");
  }

  function ready(root) {
    for (const input of root.querySelectorAll("[data-echo]")) echo(input);
    root.querySelector("[data-faults]")?.focus();
  }
  document.addEventListener("input", (event) => { if (event.target.dataset?.echo) echo(event.target); });
  document.addEventListener("htmx:afterSwap", (event) => ready(event.detail.elt));
  ready(document);

  // Where nobody has chosen a time zone yet, that of this computer is proposed.
  const zone = document.querySelector("[data-own-zone] select");
  if (zone?.value === "UTC" && !document.querySelector("[data-faults]")) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ([...zone.options].some((option) => option.value === own)) zone.value = own;
  }

  // A link to a field puts the cursor into it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.c-faults a[href^="#field-"]');
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    if (!place) return;
    event.preventDefault();
    (place.matches("input, select, textarea") ? place : (place.querySelector("input, select, textarea") ?? place)).focus();
    place.scrollIntoView({ block: "center" });
  });
})();
