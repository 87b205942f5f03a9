// The numbers inside the page: base64 of little-endian floats. A value that is not known is null.
"use strict";
(function (Cisterna) {
  function bytes(text) {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
  }

  function read(text) {
    const data = JSON.parse(text);
    const times = Array.from(new Float64Array(bytes(data.times)));
    const columns = new Map();
    for (const [name, packed] of Object.entries(data.columns)) {
      columns.set(name, Array.from(new Float32Array(bytes(packed)), (value) => (Number.isNaN(value) ? null : value)));
    }
    return { ...data, times, columns };
  }

  // The last sample at or before an instant, by bisection.
  function before(times, at) {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function nearest(times, at) {
    const left = before(times, at);
    const right = Math.min(left + 1, times.length - 1);
    return Math.abs(times[right] - at) < Math.abs(at - times[left]) ? right : left;
  }

  Cisterna.samples = { read, before, nearest };
})((window.Cisterna ??= {}));
