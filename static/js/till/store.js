/* What the till keeps on the device: what it loaded, the sale being made, and everything it did.
   A row is there before anybody is told "done", and stays until it was sent and a day is over. */
const DAY = 24 * 60 * 60 * 1000;
let opened;

function base() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("caixa", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("rows", { keyPath: "id" });
    };
    asked.onsuccess = () => {
      asked.result.onclose = forget; // the browser let go of it: it is opened anew
      resolve(asked.result);
    };
    asked.onerror = () => {
      forget();
      reject(asked.error);
    };
  });
  return opened;
}

function forget() {
  opened = undefined;
}

/* Do something in one transaction; it is over when it is on the device. */
async function within(stores, mode, act) {
  const db = await base();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode, { durability: "strict" });
    let told;
    transaction.oncomplete = () => resolve(told);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    act(transaction, (value) => {
      told = value;
    });
  });
}

export function get(key) {
  return within("kept", "readonly", (transaction, tell) => {
    const asked = transaction.objectStore("kept").get(key);
    asked.onsuccess = () => tell(asked.result);
  });
}

export function set(key, value) {
  return within("kept", "readwrite", (transaction) => {
    transaction.objectStore("kept").put(value, key);
  });
}

/* Keep what was done, under the next number of this binding; `also` changes another row with it, and
   `first` is kept before it, both or none. */
export function keep(token, row, also, first) {
  return within(["kept", "rows"], "readwrite", (transaction, tell) => {
    const kept = transaction.objectStore("kept");
    const rows = transaction.objectStore("rows");
    const asked = kept.get(`sequence:${token}`);
    asked.onsuccess = () => {
      let sequence = asked.result ?? 0;
      const numbered = (one) => ({ ...one, token, state: "waiting", body: { ...one.body, sequence: ++sequence } });
      try {
        if (first) rows.add(numbered(first));
        const whole = numbered(row);
        rows.add(whole);
        kept.put(sequence, `sequence:${token}`);
        if (row.kind === "sale") kept.delete("sale");
        if (also) change(rows, also.id, also);
        tell(whole);
      } catch {
        transaction.abort(); // all or nothing: the number too
      }
    };
  });
}

export async function all() {
  const found = await within("rows", "readonly", (transaction, tell) => {
    const asked = transaction.objectStore("rows").getAll();
    asked.onsuccess = () => tell(asked.result);
  });
  return found.sort((a, b) => a.body.sequence - b.body.sequence);
}

/* Write down what the house answered, row by row. */
export function settle(answers) {
  return within("rows", "readwrite", (transaction) => {
    const rows = transaction.objectStore("rows");
    for (const { id, result, reason } of answers) {
      const state = result === "refused" ? "refused" : "sent";
      change(rows, id, { state, reason, answered: Date.now() });
    }
  });
}

/* Let go what was sent, a day after all of it was; of a sale only numbers and goods were here. */
export async function wipe(now = Date.now()) {
  const rows = await all();
  if (rows.some((row) => row.state !== "sent" || now - row.answered < DAY)) return;
  await within("rows", "readwrite", (transaction) => transaction.objectStore("rows").clear());
}

function change(rows, id, values) {
  const asked = rows.get(id);
  asked.onsuccess = () => {
    if (asked.result) rows.put({ ...asked.result, ...values });
  };
}
