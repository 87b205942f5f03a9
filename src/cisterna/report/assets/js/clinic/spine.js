// The spine through the day: the slider, the play button and the maps move one time; colours, profiles and numbers follow it.
// Nothing is computed here but the places of values that the server computed.

const STEPS = 48;
const PLAYED_MS = 24000;
const told = JSON.parse(document.getElementById("spine-data").textContent);
const slider = document.getElementById("field-time");
const play = document.querySelector("[data-play]");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const step = Number(slider.step);

const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const round = (value, places) => String(Number(value.toFixed(places)));
const shown = (value) => (value >= 9.95 ? round(value, 0).replace(/\B(?=(\d{3})+$)/g, ",") : round(value, 1));
const across = (value) => told.left + (told.width * value) / told.most;
const shade = (value) => `c-q${Math.round(STEPS * Math.min(1, Math.sqrt(Math.max(0, value) / told.ceiling)))}`;

function valueOf(day, quantity, level, at) {
  if (quantity === "fluid") return day.fluid[at][told.levels.indexOf(level)];
  if (quantity === "cord") return day.cord[at][told.cord_levels.indexOf(level)];
  return day[quantity][at];
}

function words(day, quantity, level, at) {
  const value = valueOf(day, quantity, level, at);
  return quantity.startsWith("tone") ? round(value, 1) : shown(value);
}

// A profile from the head down, as the server draws it.
function line(values, levels) {
  const places = levels.map((level, place) => [across(values[place]), told.levels.indexOf(level)]).reverse();
  const [first, last] = [places[0], places[places.length - 1]];
  const drawn = places.map(([x, level]) => `${x.toFixed(1)},${told.middles[level].toFixed(1)}`);
  return [`${first[0].toFixed(1)},${told.edges[first[1]][0]}`, ...drawn, `${last[0].toFixed(1)},${told.edges[last[1]][1]}`].join(" ");
}

function paint(picture, day, at) {
  const side = picture.dataset.side;
  for (const [kind, values] of [["fluid", day.fluid[at]], ["cord", day.cord[at]]]) {
    const stops = picture.querySelectorAll(`#${kind}-${side} stop`);
    stops.forEach((stop, place) => stop.setAttribute("class", shade(values[values.length - 1 - place])));
  }
  picture.querySelector("[data-cistern]").setAttribute("class", `c-spine-outline ${shade(day.cistern[at])}`);
  const fluid = line(day.fluid[at], told.levels);
  picture.querySelector('[data-profile="fluid"]').setAttribute("points", fluid);
  picture.querySelector('[data-profile="cord"]').setAttribute("points", line(day.cord[at], told.cord_levels));
  const [top, bottom] = [told.edges[told.levels.length - 1][0], told.edges[0][1]];
  picture.querySelector("[data-profile-area]").setAttribute("points", `${told.left},${top} ${fluid} ${told.left},${bottom}`);
  const peak = Math.max(...day.fluid[at]), label = picture.querySelector("[data-peak]");
  label.setAttribute("x", Math.min(Math.max(across(peak) - 4, told.left + 34), told.left + told.width - 4));
  label.setAttribute("y", told.middles[day.fluid[at].indexOf(peak)] + 4);
  label.textContent = shown(peak);
  for (const cell of picture.querySelectorAll("[data-cell]")) cell.textContent = words(day, cell.dataset.cell, "", at);
}

function show(minute) {
  const at = Math.min(Math.floor(minute / step), told.days[0].minutes.length - 1);
  slider.value = minute;
  slider.setAttribute("aria-valuetext", `${clock(minute)}, ${told.days[0].tip} ${words(told.days[0], "fluid", told.days[0].tip, at)} ng/mL, ${slider.dataset.told} ${words(told.days[0], "tone_legs", "", at)}`);
  for (const each of document.querySelectorAll("[data-time]")) each.textContent = clock(minute);
  for (const each of document.querySelectorAll("[data-now]")) for (const name of ["x1", "x2"]) each.setAttribute(name, `${minute / 14.4}%`);
  told.days.forEach((day, side) => paint(document.querySelector(`.c-spine[data-side="${side}"]`), day, at));
  for (const cell of document.querySelectorAll("td [data-cell]")) {
    cell.textContent = words(told.days[Number(cell.dataset.side)], cell.dataset.cell, cell.dataset.level, at);
  }
}

// Playing: the whole day in 24 seconds, by the steps that were computed; any hand on the slider stops it.
let running = 0;
function say(name) {
  const said = play.querySelector("[data-play-words]");
  said.textContent = said.dataset[name];
  play.setAttribute("aria-pressed", String(name === "stop"));
}

function stop() {
  clearInterval(running);
  running = 0;
  say("go");
}

function begin() {
  if (Number(slider.value) >= 1440) show(0);
  say("stop");
  running = setInterval(() => {
    show(Math.min(1440, Number(slider.value) + step));
    if (Number(slider.value) >= 1440) stop();
  }, (PLAYED_MS * step) / 1440);
}

function asked() {
  play.hidden = still.matches;
  document.querySelector("[data-still]").hidden = !still.matches;
  if (still.matches) stop();
}

// The tip of the second canal is dragged to another level; the select beside the button does the same by keyboard.
function movable(flag) {
  const picture = flag.closest("svg"), select = document.getElementById("field-tip");
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = flag.dataset.moves;
  flag.prepend(title);
  flag.dataset.ready = "yes";
  const levelAt = (event) => {
    const y = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse()).y;
    const near = told.middles.map((middle) => Math.abs(middle - y));
    return near.indexOf(Math.min(...near));
  };
  flag.addEventListener("pointerdown", (event) => { flag.setPointerCapture(event.pointerId); event.preventDefault(); });
  // A finger on the flag moves it; the page does not scroll under it.
  flag.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  flag.addEventListener("pointermove", (event) => {
    if (!flag.hasPointerCapture(event.pointerId)) return;
    const place = levelAt(event), own = told.middles[told.levels.indexOf(told.days[1].tip)];
    flag.setAttribute("transform", `translate(0 ${told.middles[place] - own})`);
    select.value = told.levels[place];
  });
  flag.addEventListener("pointerup", () => { if (select.value !== told.days[1].tip) select.form.requestSubmit(); });
}

slider.addEventListener("input", () => { if (running) stop(); show(Number(slider.value)); });
play.addEventListener("click", () => (running ? stop() : begin()));
still.addEventListener("change", asked);
for (const picture of document.querySelectorAll(".c-spine-map-picture")) {
  picture.addEventListener("click", (event) => {
    const frame = picture.getBoundingClientRect();
    stop();
    show(Math.round((1440 * (event.clientX - frame.left)) / frame.width / step) * step);
  });
}
for (const flag of document.querySelectorAll("[data-moves]")) movable(flag);
asked();
show(Number(slider.value));
document.documentElement.dataset.ready = "yes";
