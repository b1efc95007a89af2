import io
import itertools
import struct
import zlib

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from marketplace.core import media, pictures
from marketplace.core.pictures import BadPicture, PictureTooLarge, take_in

pytestmark = pytest.mark.only("sqlite")  # pictures alone


@pytest.fixture(autouse=True)
def folder(app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MEDIA_URL", f"file://{tmp_path}")
    return tmp_path


def drawn(size=(1200, 900), mode="RGB", kind="JPEG", **options):
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(file := io.BytesIO(), kind, **options)
    return file.getvalue()


def grainy():
    """Return a photo full of detail, as leaves and weaves are."""
    plain = bytes((7 + n * n) % 251 for n in range(3 * 640 * 640))
    Image.frombytes("RGB", (640, 640), plain).save(file := io.BytesIO(), "JPEG", quality=90)
    return file.getvalue()


def kept_well(image):
    """Return an image as a list would keep it if its weight did not count."""
    shown = image.convert("RGB").resize((320, 320 * image.height // image.width))
    shown.save(file := io.BytesIO(), **pictures.WEBP)
    return file.getvalue()


def taken(raw):
    picture = take_in(io.BytesIO(raw))
    names = (f"{picture}-{width}.webp" for width in pictures.WIDTHS)
    return picture, [Image.open(io.BytesIO(media.get(name))) for name in names]


def png(width, height, *chunks):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


class TestTakeIn:
    @pytest.mark.parametrize(
        ("kind", "mode"),
        [
            ("JPEG", "RGB"),
            ("JPEG", "L"),
            ("JPEG", "CMYK"),
            ("PNG", "RGBA"),
            ("PNG", "P"),
            ("PNG", "1"),
            ("WEBP", "RGB"),
            ("WEBP", "RGBA"),
        ],
    )
    def test_draws_three_sizes_and_a_card(self, kind, mode):
        picture, shown = taken(drawn(kind=kind, mode=mode))

        assert [image.size for image in shown] == [(320, 240), (640, 480), (960, 720)]
        assert {image.format for image in shown} == {"WEBP"}
        assert Image.open(io.BytesIO(media.get(f"{picture}-960.jpg"))).format == "JPEG"

    def test_makes_the_one_of_a_list_as_light_as_thin_lines_need(self):
        picture, shown = taken(grainy())

        assert len(media.get(f"{picture}-320.webp")) <= 18 * 1024 < len(kept_well(shown[0]))

    def test_leaves_a_light_one_as_good_as_it_is(self):
        plain = Image.linear_gradient("L").resize((320, 240))
        picture, _ = taken(drawn((320, 240), kind="PNG"))

        assert media.get(f"{picture}-320.webp") == kept_well(plain)

    def test_makes_nothing_larger_than_it_was(self):
        _, shown = taken(drawn((400, 300)))

        assert [image.width for image in shown] == [320, 400, 400]

    def test_turns_it_upright_and_keeps_nothing_else_that_was_in_the_file(self):
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Phone of Ana"
        exif.get_ifd(0x8825)[1] = "S"
        picture, shown = taken(drawn(exif=exif, comment=b"at home"))

        assert shown[2].size == (900, 1200)
        for ending in ("960.webp", "960.jpg"):
            raw = media.get(f"{picture}-{ending}")
            found = Image.open(io.BytesIO(raw))
            assert not found.getexif()
            assert not {"comment", "exif", "xmp", "icc_profile"} & set(found.info)
            assert b"Ana" not in raw
            assert b"home" not in raw

    def test_puts_white_behind_what_is_transparent(self):
        raw = io.BytesIO()
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(raw, "PNG")

        assert taken(raw.getvalue())[1][0].convert("RGB").getpixel((9, 9)) == (255, 255, 255)

    def test_gives_the_same_photo_the_same_id_and_keeps_it_once(self, folder):
        first, _ = taken(drawn())
        second, _ = taken(drawn(comment=b"again"))

        assert first == second
        assert len([path for path in folder.rglob("*") if path.is_file()]) == 4

    def test_takes_the_two_images_that_some_phones_keep_in_one_jpeg(self):
        image = Image.new("RGB", (500, 400), "red")
        image.save(file := io.BytesIO(), "MPO", save_all=True, append_images=[image])

        assert taken(file.getvalue())[1][0].width == 320

    def test_knows_colours_from_the_profile(self):
        profile = b"not a profile"
        assert taken(drawn(icc_profile=profile))[1][0].width == 320

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"GIF89a" + b"\0" * 50,
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%PDF-1.7",
            b"\xff\xd8\xff\xe0",
            drawn()[:3000],
            drawn(kind="PNG")[:-2000],
            drawn(kind="WEBP")[:-200],
            drawn(kind="GIF"),
            drawn(kind="BMP"),
            drawn(kind="TIFF"),
            b"\x89PNG\r\n\x1a\n" + b"x" * 40,
            png(10, 0),
            png(7000, 3000),
        ],
        ids=range(14),
    )
    def test_refuses_what_is_no_whole_photo(self, folder, raw):
        with pytest.raises(BadPicture):
            take_in(io.BytesIO(raw))
        assert not list(folder.rglob("*.webp"))

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_refuses_what_moves(self, kind):
        frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
        frames[0].save(file := io.BytesIO(), kind, save_all=True, append_images=frames[1:])

        with pytest.raises(BadPicture):
            take_in(io.BytesIO(file.getvalue()))

    def test_refuses_a_webp_whose_decoder_would_take_too_much_memory(self):
        with pytest.raises(pictures.WebpTooLarge):
            taken(drawn((3001, 2000), kind="WEBP", method=0))

    @pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
    def test_shrinks_a_large_one_in_bands_that_leave_no_seam(self, mode):
        _, others = taken(drawn((3000, 2000), mode=mode, kind="PNG"))

        assert [image.size for image in others] == [(320, 213), (640, 427), (960, 640)]
        column = [others[2].convert("L").getpixel((9, y)) for y in range(640)]
        assert max(abs(b - a) for a, b in itertools.pairwise(column)) <= 4

    @pytest.mark.parametrize(
        "raw",
        [png(8001, 10), png(5000, 5000), png(60000, 60000), b"\xff\xd8" + b"x" * 8 * 1024**2],
        ids=["side", "area", "both", "bytes"],
    )
    def test_refuses_what_is_too_large_by_its_header(self, raw):
        with pytest.raises(PictureTooLarge):
            take_in(io.BytesIO(raw))

    def test_refuses_a_small_file_that_would_unpack_to_a_large_text(self):
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "a" * 80_000_000, zip=True)

        with pytest.raises(BadPicture):
            take_in(io.BytesIO(drawn((10, 10), kind="PNG", pnginfo=text)))

    def test_takes_a_photo_of_24_megapixels(self):
        raw = drawn((6000, 4000))
        assert ImageOps.exif_transpose(Image.open(io.BytesIO(raw))).size == (6000, 4000)

        assert taken(raw)[1][2].size == (960, 640)


class TestRemove:
    def test_takes_all_sizes_away(self, folder):
        picture, _ = taken(drawn())

        pictures.remove(picture)

        assert not [path for path in folder.rglob("*") if path.is_file()]
