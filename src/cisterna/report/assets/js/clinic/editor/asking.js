// Questions to the server: a few under way (`most`), the newest waits, an older answer is never drawn.
// A question is a function, so that what it asks is read from the form when it is sent.
"use strict";
(function (Cisterna) {
  // An answer that takes longer is given up for a newer question.
  const PATIENCE_MS = 600;

  function asking(send, draw, failed, { patience = PATIENCE_MS, most = 1 } = {}) {
    const under = new Set();
    let asked = 0, drawn = 0, waiting = null;

    async function go() {
      if (under.size >= most || !waiting) return;
      const mine = { ...waiting, abort: new AbortController(), since: performance.now() };
      waiting = null;
      under.add(mine);
      try {
        const answer = await send(mine.question(), mine.sequence, mine.abort.signal);
        if (mine.sequence > drawn && answer.sequence === mine.sequence) {
          drawn = mine.sequence;
          draw(answer, mine.sequence);
        }
      } catch (fault) {
        if (fault.name !== "AbortError" && mine.sequence > drawn) failed(fault);
      } finally {
        under.delete(mine);
        go();
      }
    }

    function giveUp(oldest) {
      if (!under.has(oldest) || !waiting) return;
      under.delete(oldest);
      oldest.abort.abort();
      go();
    }

    function ask(question) {
      asked += 1;
      waiting = { question, sequence: asked };
      if (under.size >= most && patience < Infinity) {
        const [oldest] = under;
        setTimeout(() => giveUp(oldest), Math.max(0, patience - (performance.now() - oldest.since)));
      }
      go();
      return asked;
    }
    return { ask, idle: () => !under.size && !waiting };
  }

  async function post(address, fields, sequence, signal) {
    const body = new URLSearchParams({ ...fields, sequence: String(sequence) });
    const answer = await fetch(address, { method: "POST", body, signal, headers: { accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  Cisterna.editorAsking = { asking, post };
})((window.Cisterna ??= {}));
