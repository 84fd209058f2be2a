// Reports that wait for a network. A row leaves only on a receipt that names its own key.

import { all, blobsOf, drop, put, token } from "./store.js";
import { sendAll } from "./upload.js";

const WAITS = [2, 5, 15, 60, 300];

export const rows = async () => (await all("outbox")).sort((a, b) => a.seq - b.seq);
export const waiting = async () => (await rows()).filter((row) => row.state !== "done");

// Keep a filled form; `fields` are its pairs without token and files.
export async function keep(key, url, fields, title) {
  const known = (await rows()).find((row) => row.key === key);
  await put("outbox", {
    ...known, key, url, fields, title, state: "waiting", tries: 0, next: 0, made: Date.now(),
  });
  await drop("drafts", key);
}

export async function forget(row) {
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

function body(row, csrf, photos) {
  const form = new FormData();
  for (const [name, value] of row.fields) form.append(name, value);
  for (const photo of photos) form.append("photo_ids", photo);
  form.append("csrf_token", csrf);
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
    const photos = (await blobsOf(row.key)).map((blob) => blob.photo).filter(Boolean);
    const answer = await fetch(row.url, {
      method: "POST", body: body(row, csrf, photos), redirect: "manual",
      headers: { Accept: "application/json" }, signal: AbortSignal.timeout(60000),
    });
    await settle(row, answer);
  } catch {
    later(row);
  }
  await put("outbox", row);
  report(row);
}

// Send what is due, one tab at a time.
export async function drain(report = () => {}, { now = false } = {}) {
  const work = async () => {
    for (const row of await rows()) {
      const due = now || (row.next || 0) <= Date.now();
      if ((row.state === "waiting" || row.state === "sending") && due) await deliver(row, report);
    }
  };
  if (!navigator.onLine) return;
  if (navigator.locks) await navigator.locks.request("eco110-outbox", { ifAvailable: true }, (lock) => lock && work());
  else await work();
}
