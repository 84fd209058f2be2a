"""The child may loop, eat memory, crash or lie: one photo is refused, the next is taken."""

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.media import decoder as decoder_module
from app.media import place
from app.media.decoder import ENVIRONMENT, Busy, Decoder, NotSeen, Seen
from app.media.rules import Caps, PhotoKind
from tests.features import media_pictures as pictures

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = f"""
import mmap, os, socket, sys, time
from types import ModuleType
bare = ModuleType("app")
bare.__path__ = [{str(ROOT / "app")!r}]
sys.modules["app"] = bare
from app.media import zygote
from app.media.decoding import decode

zygote.CPU_SECONDS, zygote.WALL_SECONDS = 1, 12


def loop():
    while True:
        pass


def eat():
    return [bytearray(b"x") * (64 << 20) for _ in range(32)]


def reserve():
    mmap.mmap(-1, 512 << 20)


def sleep():
    zygote.signal.setitimer(zygote.signal.ITIMER_REAL, zygote.signal.getitimer(0)[0] / 12)
    time.sleep(60)


def connect():
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def read_file():
    open("/etc/passwd").read()


def write_file():
    os.write(int(os.environ.get("NOTHING", "2")), b"")
    open("/tmp/eco110-child-was-here", "w").write("x")


def program():
    import subprocess
    subprocess.run(["/bin/true"], check=True)


TRICKS = {{
    b"loop": loop, b"eat": eat, b"reserve": reserve, b"sleep": sleep, b"abort": os.abort,
    b"exit": lambda: os._exit(0),
    b"connect": connect, b"read": read_file, b"write": write_file, b"program": program,
    b"flood": lambda: None, b"lie": lambda: None, b"nojson": lambda: None,
}}


def hostile(file, kind, caps):
    content = file.read()
    trick = content.rpartition(b"TRICK:")[2] if b"TRICK:" in content else b""
    if trick == b"environment":
        return {{"code": "photo_damaged", "facts": dict(os.environ)}}, []
    if trick == b"flood":
        return {{"format": "JPEG"}}, [bytes(30 << 20)]
    if trick == b"lie":
        facts = {{"format": "SVG", "width": 1, "height": 1, "copy": [1, 1], "dhash": "0"}}
        return facts | {{"flags": []}}, [b"\\xff\\xd8\\xff", b"\\xff\\xd8\\xff"]
    if trick == b"html":
        facts, copies = decode(file, kind, caps)
        return facts, [b"<html>", copies[1]]
    if trick:
        try:
            TRICKS[trick]()
        except OSError as error:
            return {{"code": "photo_damaged", "facts": {{"error": error.errno}}}}, []
    return decode(file, kind, caps)


zygote.main(hostile)
"""


@pytest.fixture(scope="module")
def hostile_command(tmp_path_factory):
    script = tmp_path_factory.mktemp("hostile") / "boot.py"
    script.write_text(HOSTILE)
    return (sys.executable, "-I", str(script))


@pytest.fixture
def hostile(hostile_command):
    decoder = Decoder(slots=2, command=hostile_command)
    yield decoder
    decoder.close()


@pytest.fixture(scope="module")
def honest():
    decoder = Decoder(slots=2)
    yield decoder
    decoder.close()


@pytest.fixture
def look(tmp_path):
    def look_at(decoder, content, kind=PhotoKind.JPEG):
        path = tmp_path / f"{time.monotonic_ns()}-{threading.get_ident()}"
        path.write_bytes(content)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return decoder.look(descriptor, kind)
        finally:
            os.close(descriptor)

    return look_at


@pytest.mark.parametrize("trick", ["loop", "eat", "abort", "sleep", "exit"])
def test_a_child_that_dies_refuses_one_photo_and_the_next_is_taken(hostile, look, trick):
    seen = look(hostile, pictures.jpeg() + b"TRICK:" + trick.encode())
    assert isinstance(seen, NotSeen)
    assert seen.unfit.code == ("photo_busy" if trick == "sleep" else "photo_too_hard")
    assert seen.peak_mb < 512  # the address space a child has
    assert isinstance(look(hostile, pictures.jpeg()), Seen)


def test_a_child_has_512_mb_of_address_space_and_no_more(hostile, look):
    seen = look(hostile, pictures.jpeg() + b"TRICK:reserve")
    assert isinstance(seen, NotSeen)
    assert seen.unfit.facts == {"error": 12}  # ENOMEM


@pytest.mark.parametrize("trick", ["connect", "read", "write", "program"])
def test_a_child_reaches_no_network_no_file_and_no_program(hostile, look, trick):
    seen = look(hostile, pictures.jpeg() + b"TRICK:" + trick.encode())
    assert isinstance(seen, NotSeen)
    assert seen.unfit.facts == {"error": 24}  # EMFILE
    assert not Path("/tmp/eco110-child-was-here").exists()


def test_a_child_holds_no_secret_of_the_service(hostile, look, monkeypatch):
    monkeypatch.setenv("ECO110_SECRET", "canary")
    seen = look(hostile, pictures.jpeg() + b"TRICK:environment")
    assert set(seen.unfit.facts) <= {*ENVIRONMENT, "LC_CTYPE"}


@pytest.mark.parametrize("trick", ["flood", "lie", "html"])
def test_a_lying_child_is_not_believed(hostile, look, trick):
    seen = look(hostile, pictures.jpeg() + b"TRICK:" + trick.encode())
    assert isinstance(seen, NotSeen)
    assert isinstance(look(hostile, pictures.jpeg()), Seen)


def test_the_decoders_process_is_started_anew_when_it_dies(honest, look):
    assert isinstance(look(honest, pictures.jpeg()), Seen)
    os.kill(honest.pid, signal.SIGKILL)
    assert isinstance(look(honest, pictures.jpeg()), Seen)


def test_a_stop_of_the_service_lets_photos_on_their_way_finish(honest, look):
    look(honest, pictures.jpeg())
    process = honest.pid
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(process, number)
    assert isinstance(look(honest, pictures.jpeg()), Seen)
    assert honest.pid == process


def test_the_service_itself_carries_no_decoder():
    """Pillow draws the receipt in the parent; what reads a stranger's bytes is not loaded there."""
    readers = {"app.media.decoding", "pillow_heif", "PIL.JpegImagePlugin", "PIL.WebPImagePlugin"}
    code = f"import sys, app.media.service; sys.exit(bool({readers} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_it_ends_with_its_service(look):
    decoder = Decoder(slots=1)
    look(decoder, pictures.jpeg())
    pid = decoder.pid
    decoder._zygote.control.close()
    decoder._zygote.process.wait(5)
    assert not Path(f"/proc/{pid}/cmdline").exists()


def test_a_service_that_ends_in_order_takes_it_along(look, monkeypatch):
    ends = []
    monkeypatch.setattr(atexit, "register", ends.append)
    decoder = place._decoder.__wrapped__(1)
    look(decoder, pictures.jpeg())
    process = decoder._zygote.process
    for end in ends:
        end()
    assert process.returncode == -signal.SIGKILL
    assert decoder.pid is None


def test_a_forked_service_gets_a_process_of_its_own(honest, look):
    look(honest, pictures.jpeg())
    first = honest.pid
    honest._zygote.owner += 1
    assert isinstance(look(honest, pictures.jpeg()), Seen)
    assert honest.pid != first
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)


def test_many_threads_get_each_their_own_answer(honest, look):
    photos = {seed: pictures.jpeg((300 + seed, 200), seed) for seed in range(1, 25)}
    widths = {}

    def work(seed):
        widths[seed] = look(honest, photos[seed]).width

    threads = [threading.Thread(target=work, args=(seed,)) for seed in photos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == {seed: 300 + seed for seed in photos}


def test_when_all_decoders_are_taken_for_long_the_sender_is_told(honest, look, monkeypatch):
    monkeypatch.setattr(decoder_module, "QUEUE_SECONDS", 0.05)
    busy = Decoder(slots=1)
    busy._slots.acquire()
    with pytest.raises(Busy) as refused:
        look(busy, pictures.jpeg())
    assert (refused.value.key, refused.value.status) == ("photo_busy", 503)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pictures.png_header(30_000, 30_000), "photo_too_long"),
        (pictures.png_header(13_300, 13_300), "photo_too_many_pixels"),
        (pictures.png_header(2**31 - 1, 1), "photo_too_long"),
        (pictures.png_bomb(5_600), "photo_too_many_pixels"),
        (pictures.ztxt_bomb(), "photo_damaged"),
    ],
    ids=["30000²", "13300²", "2³¹", "bomb", "zTXt"],
)
def test_a_pixel_bomb_is_refused_by_its_header(honest, look, content, code):
    plain = look(honest, pictures.written(pictures.scene((32, 32)), "PNG"), PhotoKind.PNG)
    seen = look(honest, content, PhotoKind.PNG)
    assert isinstance(seen, NotSeen)
    assert seen.unfit.code == code
    assert seen.peak_mb <= plain.peak_mb + 40


def test_a_phone_photo_of_108_megapixels_is_taken_in_little_memory(honest, look):
    content = pictures.flat_jpeg((12_032, 9_024))
    seen = look(honest, content)
    assert isinstance(seen, Seen)
    assert (seen.width, seen.height) == (12_032, 9_024)
    assert seen.peak_mb <= 80
    progressive = look(honest, pictures.flat_jpeg((12_032, 9_024), progressive=True))
    assert isinstance(progressive, NotSeen)
    assert progressive.unfit.code == "photo_too_many_pixels"


def test_caps_can_be_tightened():
    assert Caps(baseline=1).over(PhotoKind.JPEG, (2000, 1000), baseline=True) is not None
