// Numbers as clinics write them: a leading zero always, a trailing zero never, a dash where not known.
"use strict";
(function (Cisterna) {
  const UNKNOWN = "\u2013";

  // What is there but smaller than the least is said to be there, without digits that mean nothing.
  function significant(value, digits = 3, least = 0.001) {
    if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
    if (value === 0) return "0";
    if (value > 0 && value < least) return `under ${least}`;
    const places = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
    const text = new Intl.NumberFormat("en-GB", { maximumFractionDigits: places }).format(value);
    return text.replace("-", "\u2212");
  }

  Cisterna.numbers = { significant, UNKNOWN };
})((window.Cisterna ??= {}));
