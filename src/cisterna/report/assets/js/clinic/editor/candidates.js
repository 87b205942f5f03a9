// Candidates A, B and C: the one in hand stands in the fields, the others as texts in one hidden field.
"use strict";
(function (Cisterna) {
  const PROGRAM = /^(mode|daily_dose|(from|rate|days)_\d+|bolus|over|every|background|ptm_[a-z_]+|name)$/;

  const program = (form) => Object.fromEntries([...new FormData(form)].filter(([name, value]) => PROGRAM.test(name) && value !== ""));
  const held = (form) => JSON.parse(form.elements.namedItem("candidates").value || "{}");

  function write(form, texts) {
    for (const input of form.elements) if (PROGRAM.test(input.name ?? "")) {
      if (input.name === "mode") { if (texts.mode) input.value = texts.mode; } else if (input.name !== "name" || "name" in texts) input.value = texts[input.name] ?? "";
    }
  }

  function keep(form) {
    const all = held(form);
    all[form.elements.namedItem("letter").value] = program(form);
    form.elements.namedItem("candidates").value = JSON.stringify(all);
  }

  // Another candidate in hand; one that is not there yet begins as a copy of the last.
  function show(form, letter) {
    keep(form);
    const all = held(form);
    form.elements.namedItem("letter").value = letter;
    if (all[letter]) write(form, { name: "", ...all[letter] });
    else form.elements.namedItem("name").value = "";
    keep(form);
  }

  Cisterna.editorCandidates = { keep, show, write };
})((window.Cisterna ??= {}));
