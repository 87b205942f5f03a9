// What is typed in the program editor and not saved stays in this window until it is saved or thrown away, or the person logs
// out: a reload loses nothing. It holds no name; its key is the address of the editor.
"use strict";
(function (Cisterna) {
  const PREFIX = "cisterna-program ";
  // What a page is opened with anew, and what is never typed.
  const NOT_KEPT = new Set(["seen_entries", "opened_us"]);

  let forgotten = false;

  // Storage may be forbidden here: then nothing is kept, and leaving the page asks first as ever.
  function stored(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  }

  const read = (key) => stored((storage) => JSON.parse(storage.getItem(PREFIX + key)));
  const write = (key, kept) => forgotten || stored((storage) => storage.setItem(PREFIX + key, JSON.stringify(kept)));
  const drop = (key) => stored((storage) => storage.removeItem(PREFIX + key));
  const keys = () => stored((storage) => Object.keys(storage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length))) ?? [];

  const texts = (form) => Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name)));

  function put(form, kept) {
    for (const input of form.elements) {
      if (!input.name || NOT_KEPT.has(input.name) || input.type === "submit" || input.type === "button") continue;
      if (input.type === "checkbox") input.checked = input.name in kept;
      else if (input.name in kept) input.value = kept[input.name];
    }
  }

  // What is kept at `key` for the account `who`; what another person left behind in this window is taken away.
  function of(key, who) {
    for (const each of keys()) if (read(each)?.who !== who) drop(each);
    return read(key);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-forgets")) return;
    forgotten = true;
    for (const key of keys()) drop(key);
  });

  // The page of a draft that was saved just now: nothing is left to keep, unless other candidates stand beside it.
  const saved = document.querySelector("[data-saved]");
  for (const key of saved ? keys() : []) {
    const kept = read(key), others = Object.keys(JSON.parse(kept?.texts.candidates || "{}")).filter((letter) => letter !== kept.texts.letter);
    if (key.split(" ")[0] === saved.dataset.saved && kept?.sent && !others.length) drop(key);
  }

  Cisterna.kept = { drop, of, put, texts, write };
})((window.Cisterna ??= {}));
