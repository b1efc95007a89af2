/* Sending what waits: a few dozen rows at once, again and again until each has its answer. */
const AT_ONCE = 50;
const PATIENCE = 60_000;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

export function sender({ store, base, changed }) {
  const told = { offline: !navigator.onLine, problem: "", busy: false, last: 0 };
  let pause = FIRST_PAUSE;
  let timer;
  let again = false; // asked for meanwhile: what was kept since is not among what is being sent

  async function send({ refused = false } = {}) {
    again = told.busy;
    if (told.busy) return;
    told.busy = true;
    clearTimeout(timer);
    changed();
    try {
      await alone(() => sendAll(refused));
    } catch {
      told.problem = "later"; // the device could not write down what was answered
    }
    told.busy = false;
    changed();
    if (again) send({ refused });
    else if (told.offline || told.problem === "later") plan();
    else pause = FIRST_PAUSE;
  }

  /* Of several tabs one sends; another waits, and then sends what was not sent yet. */
  function alone(act) {
    return navigator.locks ? navigator.locks.request("caixa-envio", act) : act();
  }

  async function sendAll(refused) {
    const rows = (await store.all()).filter(
      (row) => row.state === "waiting" || (refused && row.state === "refused"),
    );
    told.problem = "";
    for (const token of new Set(rows.map((row) => row.token))) {
      const own = rows.filter((row) => row.token === token);
      for (let i = 0; i < own.length; i += AT_ONCE) {
        if (!(await sendSome(token, own.slice(i, i + AT_ONCE)))) return;
      }
    }
  }

  /* Send some rows, and keep their answers; tell whether to go on. */
  async function sendSome(token, rows) {
    const answer = await ask(token, rows);
    if (!answer) return false;
    if (answer.ok) {
      await store.settle(answer.results);
      told.last = Date.now();
      pause = FIRST_PAUSE; // some got through: what breaks off next is soon tried again
      changed();
      return true;
    }
    told.problem = answer.status === 401 ? "unknown" : answer.status === 422 ? "unread" : "later";
    return answer.status === 401;
  }

  /* One that breaks off, or is no answer of the house's, is none: it may come the next time. */
  async function ask(token, rows) {
    const given = new AbortController();
    const cut = setTimeout(() => given.abort(), PATIENCE);
    try {
      const answer = await fetch(`${base}/envio`, {
        method: "POST",
        body: JSON.stringify(batch(rows)),
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        credentials: "omit",
        signal: given.signal,
      });
      const results = answer.ok ? [...(await answer.json()).results] : [];
      told.offline = false;
      return { ok: answer.ok, status: answer.status, results };
    } catch {
      told.offline = true;
      return null;
    } finally {
      clearTimeout(cut);
    }
  }

  /* Wait longer each time, never twice the same: the house may be just back for all of a fair. */
  function plan() {
    timer = setTimeout(send, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  addEventListener("online", () => {
    pause = FIRST_PAUSE;
    send();
  });
  addEventListener("offline", () => {
    told.offline = true;
    changed();
  });
  document.addEventListener("visibilitychange", () => document.hidden || send());
  return { told, send };
}

/* What is sent, and what a file of the queue holds: the same. */
export function batch(rows) {
  const of = (kind) => rows.filter((row) => row.kind === kind).map((row) => row.body);
  const told = { sent_at: new Date().toISOString(), sales: of("sale"), voids: of("void") };
  for (const kind of ["handover", "count", "return"]) if (of(kind).length) told[`${kind}s`] = of(kind);
  return told;
}
