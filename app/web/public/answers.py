"""What a citizen has answered so far: between the pages of the report, in the server's draft."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from app.intake.submission import ContactMode, Datum, Happening, Source, Submission
from app.web.sealing import seal, unseal

PHONE = "draft-phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """One unfinished report; degrees in WGS-84, accuracy in metres."""

    kinds: tuple[str, ...] = ()
    happening: str = ""
    place_words: str = ""
    township: str = ""
    village: str = ""
    lng: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    words: str = ""
    suspect: str = ""
    contact_mode: str = ContactMode.ANONYMOUS
    phone: str = ""
    consent: bool = False

    @property
    def placed(self) -> bool:
        """Say whether the phone gave a position."""
        return self.lng is not None and self.lat is not None

    def with_part(self, told: Self, names: tuple[str, ...]) -> Self:
        """Return these answers with some of them told anew."""
        known = {item.name for item in fields(self)}
        return replace(self, **{name: getattr(told, name) for name in names if name in known})

    def kept(self) -> dict[str, Any]:
        """Return the fields as a draft keeps them: the phone number only sealed (R-A1)."""
        told = asdict(self) | {"kinds": list(self.kinds)}
        told["phone"] = seal(self.phone, purpose=PHONE) if self.phone else ""
        return told

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """Return the answers of a draft; what it does not know stays empty."""
        known = {item.name for item in fields(cls)}
        told = {name: value for name, value in kept.items() if name in known}
        told["kinds"] = tuple(told.get("kinds", ()))
        told["phone"] = unseal(told["phone"], purpose=PHONE) or "" if told.get("phone") else ""
        return cls(**told)

    def submission(
        self,
        key: str,
        *,
        photo_ids: tuple[str, ...],
        join_case: str = "",
        device_at: datetime | None = None,
    ) -> Submission:
        """Return the report as every channel hands it in."""
        reachable = self.contact_mode != ContactMode.ANONYMOUS
        return Submission(
            client_key=key, source=Source.WEB, kinds=self.kinds,
            happening=Happening(self.happening or Happening.UNKNOWN), words=self.words,
            suspect=self.suspect, place_words=self.place_words, lng=self.lng, lat=self.lat,
            accuracy=self.accuracy, datum=Datum.WGS84, grid_code=self.village or self.township,
            contact_mode=ContactMode(self.contact_mode), phone=self.phone if reachable else "",
            consent=self.consent, photo_ids=photo_ids, join_case=join_case,
            device_at=device_at,
        )  # fmt: skip
