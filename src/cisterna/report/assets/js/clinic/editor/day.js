// The program as the fields hold it, read as steps of a day and written back; nothing is drawn here.
"use strict";
(function (Cisterna) {
  const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const ROWS = 13;
  const MINUTES = 1440;
  const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;
  const NUMBER = /^\d+(\.\d+)?$/;

  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

  function minute(text) {
    const found = CLOCK.exec(text.trim());
    return found ? Number(found[1]) * 60 + Number(found[2]) : null;
  }

  const number = (text) => (NUMBER.test(text.trim()) ? Number(text) : null);

  // A number as people type it: so many digits as its step has, no trailing zeros.
  function written(value, step) {
    const places = Math.max(0, Math.min(6, step > 0 ? Math.ceil(-Math.log10(step) - 1e-9) + 1 : 4));
    return String(Number(value.toFixed(places)));
  }

  function day(form) {
    const field = (name) => form.elements.namedItem(name);
    const text = (name) => field(name).value.trim();

    function rows() {
      const found = [];
      for (let place = 1; place <= ROWS; place += 1) {
        const [from, rate, days] = ["from", "rate", "days"].map((key) => text(`${key}_${place}`));
        if (from || rate || days) found.push({ place, from: minute(from), rate: number(rate), days: days.toLowerCase().match(/[a-z]{3}/g) ?? [] });
      }
      return found;
    }

    const self = {
      get mode() { return field("mode").value; },
      // The steps, each with its row; null where one cannot be read.
      steps() {
        if (self.mode === "simple-continuous") {
          const daily = number(text("daily_dose"));
          return daily === null ? null : [{ place: 0, from: 0, rate: daily / 24, days: [] }];
        }
        if (self.mode !== "flex") return [];
        const found = rows();
        return found.length && found.every((step) => step.from !== null && step.rate !== null) ? found : null;
      },
      // Whether some step names its days.
      differs() { return self.mode === "flex" && rows().some((step) => step.days.length > 0); },
      // The steps of one day with their ends; null where they do not follow each other.
      of(name) {
        const steps = self.steps()?.filter((step) => !step.days.length || step.days.includes(name));
        if (!steps?.length || steps[0].from !== 0) return null;
        const ends = [...steps.slice(1).map((step) => step.from), MINUTES];
        return steps.every((step, place) => step.from < ends[place]) ? steps.map((step, place) => ({ ...step, to: ends[place] })) : null;
      },
      setRate(place, rate, step) {
        if (place === 0) field("daily_dose").value = written(rate * 24, step);
        else field(`rate_${place}`).value = written(rate, step);
      },
      setFrom(place, from) { field(`from_${place}`).value = clock(from); },
      // Write rows, the rest is emptied.
      write(steps) {
        for (let place = 1; place <= ROWS; place += 1) {
          const step = steps[place - 1];
          field(`from_${place}`).value = step ? step.from : "";
          field(`rate_${place}`).value = step ? step.rate : "";
          field(`days_${place}`).value = step ? step.days : "";
        }
      },
      texts() {
        return rows().map((step) => Object.fromEntries(["from", "rate", "days"].map((key) => [key, text(`${key}_${step.place}`)])));
      },
      // One step more in the middle of a step (the longest, where none is named); the place of the new one, 0 where there is no room.
      split(place, timeStep, rateStep) {
        if (self.mode === "simple-continuous") {
          const daily = number(text("daily_dose"));
          if (daily === null) return 0;
          const rate = written(Math.round(daily / 24 / rateStep) * rateStep, rateStep);
          field("mode").value = "flex";
          self.write([{ from: "00:00", rate, days: "" }, { from: "12:00", rate, days: "" }]);
          return 2;
        }
        const steps = rows(), texts = self.texts();
        if (self.mode !== "flex" || steps.length >= ROWS || steps.some((step) => step.from === null)) return 0;
        const length = (at) => (steps[at + 1] && steps[at + 1].from > steps[at].from ? steps[at + 1].from : MINUTES) - steps[at].from;
        let at = steps.findIndex((step) => step.place === place);
        if (at < 0) at = steps.reduce((best, _step, each) => (length(each) > length(best) ? each : best), 0);
        const middle = steps[at].from + Math.round(length(at) / 2 / timeStep) * timeStep;
        if (middle <= steps[at].from || middle >= steps[at].from + length(at)) return 0;
        texts.splice(at + 1, 0, { ...texts[at], from: clock(middle) });
        self.write(texts);
        return at + 2;
      },
      remove(place) {
        const steps = rows(), texts = self.texts(), at = steps.findIndex((step) => step.place === place);
        if (at < 0 || texts.length < 2) return;
        const first = texts[at].from;
        texts.splice(at, 1);
        if (at === 0) texts[0].from = first;
        self.write(texts);
      },
      count() { return rows().length; },
    };
    return self;
  }

  Cisterna.editorDay = { day, clock, minute, number, DAYS, ROWS, MINUTES };
})((window.Cisterna ??= {}));
