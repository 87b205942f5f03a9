// What unfolds (menu, banner), what closes again, the height that stays in view, and the word when the server is gone.
"use strict";
(function () {
  function unfold(button, open) {
    const place = document.getElementById(button.dataset.unfolds);
    place.toggleAttribute("data-unfolded", open);
    for (const each of document.querySelectorAll(`[data-unfolds="${button.dataset.unfolds}"]`)) each.setAttribute("aria-expanded", String(open));
    if (open && button.dataset.focus) document.getElementById(button.dataset.focus).focus();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-unfolds]");
    if (button) unfold(button, button.getAttribute("aria-expanded") !== "true");
    for (const details of document.querySelectorAll("details[data-closes][open]")) {
      if (!details.contains(event.target)) details.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of document.querySelectorAll("details[data-closes][open]")) {
      details.open = false;
      details.querySelector("summary").focus();
    }
    const open = document.querySelector('[data-unfolds][aria-expanded="true"]');
    if (open && document.getElementById(open.dataset.unfolds).contains(document.activeElement)) {
      unfold(open, false);
      open.focus();
    }
  });

  // A target that is jumped to must not lie under the banner.
  const banner = document.querySelector(".c-patient");
  if (banner) {
    const fit = () => {
      const kept = getComputedStyle(banner).position === "sticky" ? banner.offsetHeight : 0;
      document.documentElement.style.setProperty("--kept", `${kept}px`);
      document.documentElement.style.setProperty("--banner-height", `${kept}px`);
    };
    new ResizeObserver(fit).observe(banner);
    fit();
  }

  for (const button of document.querySelectorAll("[data-prints]")) {
    button.addEventListener("click", () => window.print());
  }

  const network = document.getElementById("network");
  function say(kind) {
    const words = network.querySelector("span");
    words.textContent = kind ? words.dataset[kind] : "";
    network.hidden = !kind;
  }
  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:timeout", () => say("offline"));
  document.addEventListener("htmx:responseError", () => say("refused"));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) say(null); });
})();
