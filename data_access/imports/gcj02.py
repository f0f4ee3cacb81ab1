"""GCJ-02, the shifted coordinates of Chinese map services, back to WGS-84.

The shift has no published standard; the formulas are the ones that all open implementations share, as in
googollee/eviltransform (BSD) and wandergis/coordtransform (MIT). The inverse is found by iteration: the shift changes
by a few metres a kilometre, so taking the shift at the last estimate off the given point gains two decimal places.
"""

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

# The ellipsoid of Krasovsky (1940), as in the first code of these formulas that became public.
_SEMI_MAJOR_AXIS = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# Outside this box, which is wider than China, the two systems are the same.
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_STEPS = 6


def from_wgs84(longitude: _Array, latitude: _Array) -> tuple[_Array, _Array]:
    """Return GCJ-02 longitudes and latitudes (degrees) of WGS-84 ones."""
    east, north = _shift(longitude, latitude)
    return longitude + east, latitude + north


def to_wgs84(longitude: _Array, latitude: _Array) -> tuple[_Array, _Array]:
    """Return WGS-84 longitudes and latitudes (degrees) of GCJ-02 ones, exact to the last digits of a float."""
    is_inside = (longitude >= _WEST) & (longitude <= _EAST) & (latitude >= _SOUTH) & (latitude <= _NORTH)
    found_longitude, found_latitude = longitude, latitude
    for _ in range(_STEPS):
        east, north = _shift(found_longitude, found_latitude)
        found_longitude = np.where(is_inside, longitude - east, longitude)
        found_latitude = np.where(is_inside, latitude - north, latitude)
    return found_longitude, found_latitude


def _shift(longitude: _Array, latitude: _Array) -> tuple[_Array, _Array]:
    x, y = longitude - 105.0, latitude - 35.0
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)
    north += 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)
    east = waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)
    east += 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)
    root = np.sqrt(np.abs(x))
    north = north * 2.0 / 3.0 - 100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east = east * 2.0 / 3.0 + 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root

    radians = np.radians(latitude)
    curve = 1.0 - _ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    metres_north = _SEMI_MAJOR_AXIS * (1.0 - _ECCENTRICITY_SQUARED) / curve**1.5
    metres_east = _SEMI_MAJOR_AXIS / np.sqrt(curve) * np.cos(radians)
    is_inside = (longitude >= _WEST) & (longitude <= _EAST) & (latitude >= _SOUTH) & (latitude <= _NORTH)
    shift_east = np.where(is_inside, np.degrees(east / metres_east), 0.0)
    shift_north = np.where(is_inside, np.degrees(north / metres_north), 0.0)
    return shift_east, shift_north
