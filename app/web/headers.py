"""Headers of every answer: what a page may load, who may keep it, what time it is (R-H1, R-H2)."""

from flask import Flask, Response, g, request

from app.core import clock

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
STATIC = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Frame-Options": "DENY",
}
WITH_DEVICES = ("/report", "/map", "/w", "/desk/new")
"""Pages that may ask for location and camera."""
CACHEABLE: frozenset[str] = frozenset({
    "public.home", "public.help", "public.privacy", "public.accessibility", "public.rules",
    "frame.manifest",
})  # fmt: skip


def register(app: Flask) -> None:
    app.after_request(set_headers)


def allow_map_images() -> None:
    """Let this page use `data:` images: Leaflet sets a 1-pixel one on dropped tiles."""
    g.map_images = True


def policy(*, map_images: bool = False) -> str:
    """Return the content security policy; nothing inline, nothing from elsewhere."""
    rows = dict(POLICY)
    if map_images:
        rows["img-src"] += " data:"
    return "; ".join(f"{name} {value}" for name, value in rows.items())


def set_headers(response: Response) -> Response:
    for name, value in STATIC.items():
        response.headers[name] = value
    response.headers.setdefault(
        "Content-Security-Policy", policy(map_images=g.get("map_images", False))
    )
    response.headers["Permissions-Policy"] = _permissions(request.path)
    response.headers["X-Server-Time"] = str(int(clock.now().timestamp() * 1000))
    response.headers.setdefault("Cache-Control", _caching(response))
    return response


def _permissions(path: str) -> str:
    devices = any(path == start or path.startswith(f"{start}/") for start in WITH_DEVICES)
    allowed = "(self)" if devices else "()"
    return f"geolocation={allowed}, camera={allowed}, microphone=(), payment=(), usb=()"


def _caching(response: Response) -> str:
    """Only pages that look the same to everybody may be kept, and must be asked for anew."""
    public = request.endpoint in CACHEABLE and response.status_code == 200
    return "no-cache" if public and "Set-Cookie" not in response.headers else "no-store"
