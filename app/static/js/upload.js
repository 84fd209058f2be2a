// Send photos in pieces, two at a time; go on where the server stands (screens.md 4.2).

import { blobsOf, drop, put } from "./store.js";

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
      position: item.position, shrunk: Boolean(item.shrunk),
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

const running = new Map();

// Send what is left of a draft's photos; `report(item)` hears of each step. Returns what is left.
export async function sendAll(draft, token, report = () => {}) {
  const waiting = (await blobsOf(draft)).filter((item) => item.state !== "done" && !running.has(item.id));
  const queue = waiting.map((item) => async () => {
    running.set(item.id, item);
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
      running.delete(item.id);
      report(item);
    }
  });
  const worker = async () => { for (let next; (next = queue.shift()); ) await next(); };
  await Promise.all([worker(), worker()]);
  return (await blobsOf(draft)).filter((item) => item.state !== "done").length;
}
