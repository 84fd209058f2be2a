// Where the citizen stands: asked for at a moment that explains itself, never a condition.

const OPTIONS = { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 };

export async function granted() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

// Resolve to {lng, lat, accuracy} or {failed: "declined" | "nofix" | "slow" | "unknown"}.
export function ask() {
  return new Promise((done) => {
    if (!navigator.geolocation) return done({ failed: "unknown" });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      ({ code }) => done({ failed: ["unknown", "declined", "nofix", "slow"][code] || "unknown" }),
      OPTIONS,
    );
  });
}
