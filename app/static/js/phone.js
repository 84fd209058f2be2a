// What this phone keeps and sends: unfinished reports, photos in pieces, reports that wait for a network.
// Nothing here ever holds a form token or a file name.

// ---- store ---------------------------------------------------------------------------------------
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

// ---- photos: two at a time, going on where the server stands (screens.md 4.2) --------------------
const [LEAST, FIRST, MOST] = [32768, 65536, 262144];
const SLOW = 100 * 1024; // bytes a second
const SIDE = 2048;

class Refused extends Error {}

async function call(path, options, token, draft) {
  const answer = await fetch(path, {
    ...options,
    redirect: "manual",
    signal: AbortSignal.timeout(30000),
    headers: { Accept: "application/json", "X-CSRFToken": token, "Upload-Draft": draft, ...options.headers },
  });
  if (answer.type === "opaqueredirect" || answer.status >= 500) throw new Error("no network");
  return answer;
}

async function hash(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A copy for slow links, marked as shrunk; a phone that cannot decode it sends the original.
async function shrink(blob) {
  try {
    const image = await createImageBitmap(blob);
    const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const copy = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return copy && copy.size < blob.size ? copy : null;
  } catch {
    return null;
  }
}

async function begin(item, token) {
  const answer = await call("/up", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      draft: item.draft, size: item.blob.size, sha256: await hash(item.blob),
      position: item.position, shrunk: Boolean(item.shrunk), fresh: Boolean(item.fresh),
    }),
  }, token, item.draft);
  const told = await answer.json().catch(() => ({}));
  if (answer.status !== 201) throw new Refused(told.message || "");
  item.photo = told.id;
  item.offset = 0;
  await put("blobs", item);
}

async function resume(item, token) {
  if (!item.photo) return begin(item, token);
  const answer = await call(`/up/${item.photo}`, { method: "HEAD" }, token, item.draft);
  if (!answer.ok) return begin(item, token);
  item.offset = Number(answer.headers.get("Upload-Offset"));
}

async function send(item, token, report) {
  const saving = navigator.connection?.saveData;
  if (saving && !item.shrunk && !item.photo) await exchange(item, token);
  await resume(item, token);
  let size = FIRST;
  while (item.offset < item.blob.size) {
    report(item);
    const started = performance.now();
    const end = Math.min(item.offset + size, item.blob.size);
    const answer = await call(`/up/${item.photo}`, {
      method: "PATCH",
      headers: { "Upload-Offset": String(item.offset), "Content-Type": "application/offset+octet-stream" },
      body: item.blob.slice(item.offset, end),
    }, token, item.draft).catch((failure) => {
      if (size === LEAST) throw failure;
      size = LEAST;
      return null;
    });
    if (!answer) { await resume(item, token); continue; }
    if (answer.status === 204 || answer.status === 409) {
      const seconds = (performance.now() - started) / 1000;
      const first = item.offset === 0 && end < item.blob.size;
      if (first && !item.shrunk && (end - item.offset) / seconds < SLOW && await exchange(item, token)) {
        await begin(item, token);
        continue;
      }
      item.offset = Number(answer.headers.get("Upload-Offset"));
      size = seconds < 2 ? Math.min(size * 2, MOST) : size;
      await put("blobs", item);
    } else if (answer.status === 404 || answer.status === 410) {
      await begin(item, token);
    } else {
      throw new Refused((await answer.json().catch(() => ({}))).message || "");
    }
  }
}

async function exchange(item, token) {
  const copy = await shrink(item.blob);
  if (!copy) return false;
  if (item.photo) await call(`/up/${item.photo}`, { method: "DELETE" }, token, item.draft).catch(() => null);
  Object.assign(item, { blob: copy, shrunk: true, photo: null, offset: 0 });
  return true;
}

export async function remove(item, token) {
  if (item.photo) await call(`/up/${item.photo}`, { method: "DELETE" }, token, item.draft).catch(() => null);
  await drop("blobs", item.id);
}

const underway = new Map();

// Send what is left of a draft's photos; `report(item)` hears of each step. Returns what is left.
export async function sendAll(draft, token, report = () => {}) {
  const waiting = (await blobsOf(draft)).filter((item) => item.state !== "done" && !underway.has(item.id));
  const queue = waiting.map((item) => async () => {
    underway.set(item.id, item);
    try {
      await send(item, token, report);
      item.state = "done";
      await put("blobs", item);
    } catch (failure) {
      item.state = failure instanceof Refused ? "refused" : "waiting";
      item.reason = failure instanceof Refused ? failure.message : "";
      if (item.state === "refused") await drop("blobs", item.id);
      else await put("blobs", item);
    } finally {
      underway.delete(item.id);
      report(item);
    }
  });
  const worker = async () => { for (let next; (next = queue.shift()); ) await next(); };
  await Promise.all([worker(), worker()]);
  return (await blobsOf(draft)).filter((item) => item.state !== "done").length;
}

// ---- outbox: a row leaves only on a receipt that names its own key -------------------------------
const WAITS = [2, 5, 15, 60, 300];

const owner = () => document.body.dataset.owner || "";
const mine = (row) => !row.owner || row.owner === owner(); // a citizen's row has no owner

export const rows = async () => (await all("outbox")).filter(mine).sort((a, b) => a.seq - b.seq);
export const others = async () => (await all("outbox")).filter((row) => !mine(row)).length;
export const waiting = async () => (await rows()).filter((row) => row.state !== "done");

// Keep a filled form; `fields` are its pairs without token and files, `held` photos that have arrived.
export async function keep(key, url, fields, title, held) {
  const known = (await rows()).find((row) => row.key === key);
  await put("outbox", {
    ...known, key, url, fields, title, held, state: "waiting", tries: 0, next: 0, made: Date.now(),
  });
  await drop("drafts", key);
}

// Make a draft of it again, so that the form can be opened and changed.
export async function takeBack(row) {
  const fields = row.fields.filter(([name]) => name !== "draft");
  await put("drafts", { id: row.key, fields, held: row.held, path: "/report", created: row.made, updated: Date.now() });
  await drop("outbox", row.seq);
}

export async function forgetRow(row) {
  for (const blob of await blobsOf(row.key)) await drop("blobs", blob.id);
  await drop("outbox", row.seq);
}

function later(row, answer) {
  const asked = Number(answer?.headers.get("Retry-After"));
  const wait = asked || WAITS[Math.min(row.tries, WAITS.length - 1)];
  row.tries += 1;
  row.next = Date.now() + wait * 1000 * (0.8 + Math.random() * 0.4);
  row.state = "waiting";
}

function whole(row, csrf, photos) {
  const form = new FormData();
  for (const [name, value] of row.fields) form.append(name, value);
  for (const photo of photos) form.append("photo_ids", photo);
  form.append("csrf_token", csrf);
  if (row.act) {
    if (row.offline || row.tries) form.set("offline", "1"); // then the phone's own time counts
    return form;
  }
  form.append("whole", "1");
  form.append("device_at", new Date(row.made).toISOString());
  return form;
}

async function settle(row, answer) {
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  const told = json ? await answer.json().catch(() => ({})) : {};
  const mine = told.idem_key === row.key;
  if ((answer.status === 200 || answer.status === 201 || answer.status === 409) && mine) {
    Object.assign(row, { state: "done", receipt: told, fields: [] });
  } else if (answer.ok || answer.type === "opaqueredirect" || answer.status >= 500) {
    later(row, answer);
  } else if (answer.status === 429 || answer.status === 408 || answer.status === 401) {
    later(row, answer);
  } else if (answer.status === 400 && !row.again) {
    row.again = true;
    later(row, answer);
  } else {
    Object.assign(row, { state: "attention", reason: told.message || "" });
  }
}

async function deliver(row, report) {
  row.state = "sending";
  report(row);
  try {
    const csrf = await token();
    await sendAll(row.key, csrf, () => report(row));
    const here = (await blobsOf(row.key)).map((blob) => blob.photo);
    const photos = new Set([...(row.held || []), ...here].filter(Boolean));
    const answer = await fetch(row.url, {
      method: "POST", body: whole(row, csrf, photos), redirect: "manual",
      headers: { Accept: "application/json" }, signal: AbortSignal.timeout(60000),
    });
    await settle(row, answer);
  } catch {
    later(row);
  }
  await put("outbox", row);
  report(row);
}

// Send what is due, one tab at a time; what is stuck holds back what follows it in the same case.
export async function drain(report = () => {}, { now = false } = {}) {
  const work = async () => {
    const stuck = new Set();
    for (const row of await rows()) {
      const due = now || (row.next || 0) <= Date.now();
      const open = row.state === "waiting" || row.state === "sending";
      if (open && due && !stuck.has(row.case)) await deliver(row, report);
      if (row.case && row.state !== "done") stuck.add(row.case);
    }
  };
  if (!navigator.onLine) return;
  if (navigator.locks) await navigator.locks.request("eco110-outbox", { ifAvailable: !now }, (lock) => lock && work());
  else await work();
}
