// A button that prints the page; it is there only where this script is.
"use strict";
(function () {
  for (const button of document.querySelectorAll("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
