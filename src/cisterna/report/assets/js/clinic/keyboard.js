// Keys that work on every page: "/" goes to the search; up and down move along the rows of a list.
"use strict";
(function () {
  const typing = (place) => place.closest("input, textarea, select, [contenteditable], [role=slider]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = document.getElementById("search-words");
      if (!search) return;
      event.preventDefault();
      if (!search.offsetParent) document.querySelector('[data-focus="search-words"]')?.click();
      search.focus();
      search.select();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const list = event.target.closest("[data-rows]");
      if (!list) return;
      const links = [...list.querySelectorAll("[data-row]")];
      const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (!links[next]) return;
      event.preventDefault();
      links[next].focus();
    }
  });
})();
