// Times as people in the patient's zone read them, and ticks on their days, weeks and months.
"use strict";
(function (Cisterna) {
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const STEPS = [
    ...[MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR].map((s) => ({ seconds: s })),
    ...[1, 2].map((days) => ({ seconds: days * DAY, days })),
    ...[7, 14].map((days) => ({ seconds: days * DAY, days, from: 4 })), // from a Monday: 5 Jan 1970
    ...[1, 2, 3, 6, 12, 24, 60].map((months) => ({ seconds: months * 30.44 * DAY, months })),
  ];
  const two = (value) => String(value).padStart(2, "0");

  function fields(zone) {
    const options = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23", timeZone: zone };
    const format = new Intl.DateTimeFormat("en-GB", options);
    return (at) => Object.fromEntries(format.formatToParts(at * 1000).map((part) => [part.type, Number(part.value)]));
  }

  // A clock of one zone. "civil" is the local date and time as seconds, as if it were UTC.
  Cisterna.clock = function (zone) {
    const read = fields(zone);
    const civil = (at) => {
      const now = read(at);
      return Date.UTC(now.year, now.month - 1, now.day, now.hour, now.minute, now.second) / 1000;
    };
    const instant = (local) => {
      const guess = local - (civil(local) - local);
      return local - (civil(guess) - guess);
    };
    const shown = (at) => new Date(civil(at) * 1000);
    const day = (at, year = true) => {
      const on = shown(at);
      return `${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]}${year ? ` ${on.getUTCFullYear()}` : ""}`;
    };
    const time = (at) => `${two(shown(at).getUTCHours())}:${two(shown(at).getUTCMinutes())}`;
    const minute = (at) => `${WEEKDAYS[shown(at).getUTCDay()]} ${day(at)}, ${time(at)}`;

    function ticks(min, max, most) {
      const step = STEPS.find((each) => (max - min) / each.seconds <= most) ?? STEPS[STEPS.length - 1];
      const found = [];
      for (let local = firstTick(civil(min), step); ; local = nextTick(local, step)) {
        const at = instant(local);
        if (at > max) return { step, at: found };
        if (at >= min) found.push(at);
      }
    }

    function labels({ step, at }) {
      let year = null, date = null;
      return at.map((tick) => {
        const on = shown(tick);
        const newYear = on.getUTCFullYear() !== year, newDay = day(tick) !== date;
        year = on.getUTCFullYear();
        date = day(tick);
        if (step.months) return step.months >= 12 ? `${year}` : MONTHS[on.getUTCMonth()] + (newYear ? `\n${year}` : "");
        if (step.days) return day(tick, false) + (newYear ? `\n${year}` : "");
        return time(tick) + (newDay ? `\n${day(tick, false)}` : "");
      });
    }
    return { day, time, minute, ticks, labels };
  };

  function firstTick(local, step) {
    if (step.months) {
      const on = new Date(local * 1000);
      const months = on.getUTCFullYear() * 12 + on.getUTCMonth();
      const aligned = months - (months % step.months);
      return Date.UTC(Math.floor(aligned / 12), aligned % 12) / 1000;
    }
    const origin = (step.from ?? 0) * DAY;
    return origin + Math.floor((local - origin) / step.seconds) * step.seconds;
  }

  function nextTick(local, step) {
    if (!step.months) return local + step.seconds;
    const on = new Date(local * 1000);
    return Date.UTC(on.getUTCFullYear(), on.getUTCMonth() + step.months) / 1000;
  }
})((window.Cisterna ??= {}));
