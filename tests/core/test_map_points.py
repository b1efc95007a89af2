"""Points on a map: what people paste, and what is not one."""

import pytest

from marketplace.core.map_points import MapPoint, point

LARGO = MapPoint(-3_130_300, -60_023_400)
OSM, GOOGLE = "https://www.openstreetmap.org", "https://www.google.com/maps"


@pytest.mark.parametrize(
    "text",
    [
        "-3.1303, -60.0234",
        "-3.1303 -60.0234",
        "-3,1303; -60,0234",
        "-3,1303, -60,0234",
        "geo:-3.1303,-60.0234",
        "geo:-3.1303,-60.0234;u=35",
        "geo:-3.1303,-60.0234?z=19",
        f"{OSM}/?mlat=-3.1303&mlon=-60.0234#map=17/-3.2/-60.1",
        f"{OSM}/#map=17/-3.1303/-60.0234",
        f"{OSM}/#map=17.5/-3.1303/-60.0234&layers=N",
        f"{GOOGLE}/@-3.1303,-60.0234,17z",
        f"{GOOGLE}/place/Largo/@-3.2,-60.1,17z/data=!3m1!4b1!4m5!3d-3.1303!4d-60.0234?entry=ttu",
        f"{GOOGLE}?q=-3.1303,-60.0234",
        f"{GOOGLE}/search/?api=1&query=-3.1303%2C-60.0234",
    ],
)
def test_is_read_from_what_people_paste(text):
    assert point(text) == LARGO


@pytest.mark.parametrize("text", ["3.1303, 60.0234", "-3.1303, 60.0234", "-60.0234, -3.1303"])
def test_is_refused_outside_of_brazil(text):
    with pytest.raises(ValueError, match="not in Brazil"):
        point(text)


@pytest.mark.parametrize(
    "text",
    [
        "Largo de São Sebastião",
        "-3, -60",
        "-3.1303",
        "-3.1303,",
        "-3.1303, -60.0234, 5.5",
        "https://maps.app.goo.gl/x1y2",
        "-3." + "1" * 5000 + ", -60.0",
        "9" * 5000,
        "javascript:alert(1)#map=17/-3.1303/-60.0234",
    ],
)
def test_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="Write latitude and longitude"):
        point(text)


def test_is_written_and_linked_with_six_places():
    assert str(LARGO) == "-3.130300, -60.023400"
    assert LARGO.geo == "geo:-3.130300,-60.023400"
    assert LARGO.page == f"{OSM}/?mlat=-3.130300&mlon=-60.023400#map=17/-3.130300/-60.023400"
    assert point(str(LARGO)) == point(LARGO.geo) == point(LARGO.page) == LARGO


def test_reads_north_of_the_equator():
    assert point("2.8197, -60.6733") == MapPoint(2_819_700, -60_673_300)  # Boa Vista
    assert str(MapPoint(-500, -60 * 10**6)) == "-0.000500, -60.000000"
