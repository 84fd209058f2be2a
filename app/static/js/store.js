// What this phone keeps: unfinished reports, photo bytes, reports that wait for a network.
// Nothing here ever holds a form token or a file name.

const STORES = { drafts: "id", blobs: "id", outbox: "seq", meta: "k" };
const DRAFT_DAYS = 7;

let opening;

function open() {
  opening ??= new Promise((done, fail) => {
    const asked = indexedDB.open("eco110", 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        const store = asked.result.createObjectStore(name, { keyPath, autoIncrement: name === "outbox" });
        if (name === "blobs") store.createIndex("draft", "draft");
      }
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opening;
}

async function run(name, mode, work) {
  const db = await open();
  return new Promise((done, fail) => {
    const transaction = db.transaction(name, mode);
    const asked = work(transaction.objectStore(name));
    transaction.oncomplete = () => done(asked.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

export const get = (name, key) => run(name, "readonly", (store) => store.get(key));
export const all = (name) => run(name, "readonly", (store) => store.getAll());
export const put = (name, row) => run(name, "readwrite", (store) => store.put(row));
export const drop = (name, key) => run(name, "readwrite", (store) => store.delete(key));
export const blobsOf = (draft) =>
  run("blobs", "readonly", (store) => store.index("draft").getAll(draft));

export async function forget(draft) {
  for (const blob of await blobsOf(draft)) await drop("blobs", blob.id);
  await drop("drafts", draft);
}

// The newest draft that is still good; older ones go, as do those past their seven days.
export async function lastDraft() {
  const limit = Date.now() - DRAFT_DAYS * 86400000;
  const rows = (await all("drafts")).sort((a, b) => b.updated - a.updated);
  for (const row of rows) if (row.updated < limit) await forget(row.id);
  return rows.find((row) => row.updated >= limit);
}

export async function token() {
  const answer = await fetch("/token", { headers: { Accept: "application/json" }, redirect: "manual" });
  return (await answer.json()).token;
}
