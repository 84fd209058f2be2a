// Without a network: the last empty form and /offline; for workers what `work.js` put aside. Nothing else.
const CACHE = "eco110-1";
const WORK = "eco110-work";
const ANY = { ignoreVary: true };
const PAGES = ["/", "/report", "/offline"];
const TOLD = /^\/(t|map|help|privacy|rules|accessibility|report)(\/|$)/; // never kept

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(["/offline"])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE && name !== WORK) await caches.delete(name);
    await clients.claim();
  })());
});

// Without its token and anything typed.
async function bare(answer) {
  const text = (await answer.text())
    .replace(/(name="csrf_token"[^>]*value=")[^"]*/g, "$1")
    .replace(/(name="draft"[^>]*value=")[^"]*/g, "$1");
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

async function page(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    const fresh = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
    const empty = fresh && (path !== "/report" || (await answer.clone().text()).includes('data-fresh="1"'));
    if (empty) await cache.put(path, path === "/report" ? await bare(answer.clone()) : answer.clone());
    return answer;
  } catch {
    return (await cache.match(path)) || (await cache.match("/offline"));
  }
}

// The page of the field finds in the pack what was asked for.
async function work(request) {
  try {
    return await fetch(request);
  } catch {
    const known = await caches.match(request.mode === "navigate" ? "/w/outbox" : request, ANY);
    return known || (request.mode === "navigate" && (await caches.match("/offline"))) || Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known && /\.[0-9a-f]{10}\./.test(request.url)) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return known || (await caches.match(request, ANY)) || Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && PAGES.includes(url.pathname) && !url.search) event.respondWith(page(request, url.pathname));
  else if (/^\/staff\/log/.test(url.pathname)) event.waitUntil(caches.delete(WORK));
  else if (/^\/w(\/|$)/.test(url.pathname)) event.respondWith(work(request));
  else if (request.mode === "navigate" && TOLD.test(url.pathname)) event.respondWith(fetch(request).catch(() => caches.match("/offline")));
});
