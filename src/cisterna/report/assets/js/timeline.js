// Events as icons on the shared time axis; events that would cover each other stand as one count.
"use strict";
(function (Cisterna) {
  const APART = 34;

  Cisterna.timeline = function (root, context) {
    const { data, view, clock } = context;
    const events = data.events.map((event) => ({ ...event, seconds: Date.parse(event.at) / 1000 }));
    const track = document.createElement("div");
    track.className = "c-track";
    const words = document.createElement("p");
    words.className = "c-event-words";
    words.setAttribute("aria-live", "polite");
    root.append(track, words);

    function clusters(width) {
      const shown = events.filter((event) => event.seconds >= view.min && event.seconds <= view.max);
      const found = [];
      for (const event of shown) {
        const x = ((event.seconds - view.min) / (view.max - view.min)) * width;
        const last = found[found.length - 1];
        if (last && x - last.until < APART) {
          last.events.push(event);
          last.until = x;
        } else found.push({ x, until: x, events: [event] });
      }
      return found;
    }

    function build() {
      const whole = root.clientWidth;
      const width = whole - Cisterna.panel.LEFT - Cisterna.panel.gutter(whole);
      track.style.marginLeft = `${Cisterna.panel.LEFT}px`;
      track.style.width = `${width}px`;
      let free = -Infinity;
      track.replaceChildren(
        ...clusters(width).map((cluster) => {
          const button = cluster.events.length === 1 ? single(cluster.events[0]) : group(cluster);
          const middle = (cluster.x + cluster.until) / 2;
          button.style.left = `${middle}px`;
          const label = button.querySelector(".c-event-label");
          const half = label.textContent.length * 3.7 + 4;
          if (middle - half < free || middle + half > width + Cisterna.panel.gutter(whole) || middle - half < -Cisterna.panel.LEFT) label.remove();
          else free = middle + half;
          return button;
        }),
      );
    }

    function button(name, inner, label) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "c-event";
      made.innerHTML = `<span class="c-event-dot">${inner}</span> <span class="c-event-label" aria-hidden="true"></span>`;
      made.querySelector(".c-event-label").textContent = label;
      made.setAttribute("aria-label", name);
      made.title = name;
      return made;
    }

    const told = (event) => `${clock.minute(event.seconds)}: ${event.text}`;

    function single(event) {
      const made = button(`${event.words}, ${told(event)}`, `<svg class="c-icon" width="16" height="16" aria-hidden="true"><use href="#icon-${event.icon}"/></svg>`, event.words);
      made.addEventListener("click", () => {
        view.pointAt(event.seconds);
        words.textContent = told(event);
      });
      return made;
    }

    function group({ events: within }) {
      const first = within[0], last = within[within.length - 1];
      const name = `${within.length} ${sameWord(within)}, events from ${clock.minute(first.seconds)} to ${clock.minute(last.seconds)}: ${within.map((event) => event.text).join("; ")}`;
      const made = button(name, `<b>${within.length}</b>`, sameWord(within));
      made.classList.add("c-event-group");
      made.addEventListener("click", () => {
        const room = Math.max((last.seconds - first.seconds) * 0.25, 1800);
        if (last.seconds - first.seconds > 0.02 * (view.max - view.min) || view.max - view.min > 8 * room) view.zoom(first.seconds - room, last.seconds + room);
        view.pointAt(last.seconds);
        words.textContent = within.map(told).join(" · ");
      });
      return made;
    }

    const sameWord = (within) => (within.every((event) => event.words === within[0].words) ? within[0].words : `${within[0].words} +${within.length - 1}`);

    view.onZoom(build);
    return { build, events };
  };
})((window.Cisterna ??= {}));
