"""The pictures that the demo model learns from: landscapes drawn with cairo from a few parameters.

A `Scene` holds everything that a caption may name, and the seed of everything that it does not. `draw`
makes the picture, at any size with the same composition. All lengths are parts of the picture's height
and x runs from 0 to its width / height, so a scene may be wider than high.
"""
import math
import random
from dataclasses import asdict, dataclass

import cairo
import numpy as np

TIMES = ("dawn", "day", "sunset", "night")
WEATHERS = ("clear", "cloudy", "foggy", "rainy")
GROUNDS = ("meadow", "desert", "snow", "sea")
MOONS = ("full", "crescent")
COLOURS = ("red", "yellow", "green", "blue", "purple", "white")
KINDS = ("house", "balloon", "boat")
PLACES = ("left", "middle", "right")
PLACE_X = {"left": 0.21, "middle": 0.5, "right": 0.79}
HORIZON = 0.60

PAINT = {
    "red": (0.86, 0.16, 0.15), "yellow": (0.98, 0.80, 0.12), "green": (0.10, 0.56, 0.30),
    "blue": (0.12, 0.32, 0.82), "purple": (0.53, 0.20, 0.68), "white": (0.97, 0.96, 0.94),
}
# What the light of an hour makes of things, and of things that are looked at: objects keep more of
# their colour than the land does.
LAND_LIGHT = {"dawn": (1.0, 0.86, 0.90), "day": (1, 1, 1), "sunset": (0.95, 0.66, 0.54), "night": (0.36, 0.44, 0.66)}
LIGHT = {"dawn": (0.98, 0.90, 0.92), "day": (1, 1, 1), "sunset": (0.95, 0.80, 0.72), "night": (0.78, 0.79, 0.93)}
SKY = {  # top, middle, horizon
    "dawn": ((0.47, 0.52, 0.80), (0.93, 0.70, 0.78), (1.0, 0.90, 0.76)),
    "day": ((0.22, 0.55, 0.90), (0.50, 0.77, 0.96), (0.86, 0.95, 0.98)),
    "sunset": ((0.33, 0.17, 0.43), (0.86, 0.30, 0.28), (1.0, 0.72, 0.28)),
    "night": ((0.03, 0.05, 0.17), (0.08, 0.13, 0.33), (0.20, 0.28, 0.52)),
}
RAIN_SKY = {"dawn": (0.50, 0.48, 0.56), "day": (0.48, 0.54, 0.60), "sunset": (0.50, 0.33, 0.34), "night": (0.16, 0.20, 0.32)}
CLOUD = {"dawn": (1.0, 0.88, 0.88), "day": (1, 1, 1), "sunset": (0.98, 0.60, 0.47), "night": (0.27, 0.33, 0.50)}
FOG = {"dawn": (0.95, 0.86, 0.87), "day": (0.90, 0.93, 0.95), "sunset": (0.93, 0.70, 0.58), "night": (0.36, 0.41, 0.54)}
DISC = {"dawn": (1.0, 0.94, 0.70), "day": (1.0, 0.95, 0.62), "sunset": (1.0, 0.90, 0.55), "night": (0.98, 0.96, 0.86)}


@dataclass(frozen=True)
class Thing:
    """One object: what, in which colour, and where."""
    kind: str
    colour: str
    place: str


@dataclass(frozen=True)
class Scene:
    """Everything that is in a picture. `seed` decides what no caption speaks of."""
    time: str
    weather: str
    ground: str
    mountains: bool
    trees: bool
    moon: str
    things: tuple
    seed: int

    def discs(self):
        """How many suns and moons are to be seen: one, or none behind rain or fog."""
        return 0 if self.weather in ("rainy", "foggy") else 1

    def combination(self):
        """What is kept out of training as a whole for some values, to ask for in the test."""
        return (self.time, self.ground, self.weather, tuple((t.kind, t.colour, t.place) for t in self.things))

    def as_dict(self):
        return asdict(self)


def held_out(scene):
    """Whether the scene's combination is one of the eighth that is never trained on."""
    things = sorted((t.kind, t.colour, t.place) for t in scene.things)
    text = "|".join([scene.time, scene.ground] + ["%s,%s,%s" % t for t in things])
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return bool(things) and (value >> 7) % 8 == 0


def sample(rng):
    """A scene with parameters drawn by `rng` (random.Random), held out or not."""
    ground = rng.choice(GROUNDS)
    time = rng.choice(TIMES)
    kinds = ["house", "balloon"] + (["boat", "boat"] if ground == "sea" else ["house"])
    count = rng.choices((0, 1, 2), (1, 6, 5))[0]
    chosen = []
    while len(chosen) < count:
        kind = rng.choice(kinds)
        if kind not in chosen:
            chosen.append(kind)
    colours = rng.sample(COLOURS, len(chosen))
    # Two things are at two places: nothing covers anything, and "left" means one of them.
    places = rng.sample(PLACES, len(chosen))
    return Scene(
        time=time,
        weather=rng.choices(WEATHERS, (5, 3, 2, 2))[0],
        ground=ground,
        mountains=rng.random() < 0.5,
        trees=rng.random() < 0.5,
        moon=rng.choice(MOONS),
        things=tuple(Thing(*t) for t in zip(chosen, colours, places)),
        seed=rng.getrandbits(32),
    )


def training_scene(seed):
    """The training scene number `seed`: never a held-out combination."""
    rng = random.Random("train %d" % seed)
    while True:
        scene = sample(rng)
        if not held_out(scene):
            return scene


def test_scene(seed):
    """The test scene number `seed`: with objects, and always a held-out combination."""
    rng = random.Random("test %d" % seed)
    while True:
        scene = sample(rng)
        if held_out(scene):
            return scene


# ------------------------------------------------------------------------------------------------ colours
def mul(a, b):
    return tuple(x * y for x, y in zip(a, b))


def mix(a, b, part):
    return tuple(x + (y - x) * part for x, y in zip(a, b))


def lit(scene, colour):
    """A thing's colour in the light of the scene."""
    shown = mul(colour, LIGHT[scene.time])
    if scene.weather == "rainy":
        shown = mul(shown, (0.90, 0.90, 0.92))
    return mix(shown, FOG[scene.time], 0.14) if scene.weather == "foggy" else shown


def land(scene, colour, far=0.0):
    """A colour of the land in the light of the scene; `far` is how much of the air lies before it."""
    shown = mul(colour, LAND_LIGHT[scene.time])
    if scene.weather == "rainy":
        shown = mul(shown, (0.80, 0.80, 0.84))
    if scene.weather == "foggy":
        far = far + (1 - far) * 0.45
        return mix(shown, FOG[scene.time], far)
    return mix(shown, sky_colours(scene)[2], far)


def sky_colours(scene):
    if scene.weather == "rainy":
        grey = RAIN_SKY[scene.time]
        return (mul(grey, (0.72, 0.72, 0.74)), grey, mix(grey, (1, 1, 1), 0.22 if scene.time != "night" else 0.06))
    top, middle, low = SKY[scene.time]
    if scene.weather == "foggy":
        fog = FOG[scene.time]
        return (mix(top, fog, 0.66), mix(middle, fog, 0.80), mix(low, fog, 0.92))
    if scene.weather == "cloudy":
        veil = mix(CLOUD[scene.time], (0.6, 0.65, 0.7), 0.3)
        return (mix(top, veil, 0.12), mix(middle, veil, 0.12), mix(low, veil, 0.12))
    return (top, middle, low)


def linear(y0, y1, *stops):
    gradient = cairo.LinearGradient(0, y0, 0, y1)
    for place, colour in stops:
        gradient.add_color_stop_rgba(place, *colour, *((1,) if len(colour) == 3 else ()))
    return gradient


# ------------------------------------------------------------------------------------------------ the parts
class Painter:
    """Draws one scene; every method is one part, from the sky forward."""

    def __init__(self, scene, width, height):
        self.s, self.rng = scene, random.Random(scene.seed)
        self.surface = cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
        self.c = cairo.Context(self.surface)
        self.c.scale(height, height)
        self.wide = width / height
        self.x = {t.place: (PLACE_X[t.place] + self.rng.uniform(-0.025, 0.025)) * self.wide for t in scene.things}
        self.horizon = HORIZON + self.rng.uniform(-0.015, 0.015)
        self.disc = None

    def fill(self, colour, alpha=1.0):
        if isinstance(colour, cairo.Pattern):
            self.c.set_source(colour)
        else:
            self.c.set_source_rgba(*colour, alpha)
        self.c.fill()

    def circle(self, x, y, r):
        self.c.new_sub_path()
        self.c.arc(x, y, r, 0, 2 * math.pi)

    def polygon(self, *points):
        self.c.move_to(*points[0])
        for point in points[1:]:
            self.c.line_to(*point)
        self.c.close_path()

    def sky(self):
        top, middle, low = sky_colours(self.s)
        self.c.rectangle(0, 0, self.wide, 1)
        self.fill(linear(0, self.horizon, (0, top), (0.55, middle), (1, low)))

    def stars(self):
        if self.s.time != "night" or self.s.weather != "clear":
            return
        taken = [self.x[t.place] for t in self.s.things if t.kind == "balloon"] + [self.disc[0]]
        for _ in range(12):
            x, y = self.rng.uniform(0.03, 0.97) * self.wide, self.rng.uniform(0.04, 0.38)
            if all(abs(x - other) > 0.15 for other in taken):
                self.circle(x, y, self.rng.uniform(0.007, 0.011))
                self.fill((0.95, 0.96, 1.0), 0.9)

    def sun_or_moon(self):
        """One disc, where no balloon is and no house stands before it."""
        s = self.s
        taken = [t.place for t in s.things if t.kind == "balloon"]
        if s.time in ("dawn", "sunset"):
            taken += [t.place for t in s.things if t.kind != "balloon"]
        free = [place for place in PLACES if place not in taken] or ["middle"]
        place = self.rng.choice(free)
        x = (PLACE_X[place] + self.rng.uniform(-0.03, 0.03)) * self.wide
        low = s.time in ("dawn", "sunset")
        y = self.horizon - (0.15 if low else 0.41) + self.rng.uniform(-0.015, 0.015)
        r = {"dawn": 0.075, "day": 0.075, "sunset": 0.085, "night": 0.075}[s.time]
        if not s.discs():
            return
        if s.mountains and low:
            y -= 0.10
        self.disc = (x, y, r)
        colour = DISC[s.time]
        glow = cairo.RadialGradient(x, y, r * 0.9, x, y, r * 3.2)
        glow.add_color_stop_rgba(0, *colour, 0.20 if s.time == "night" else 0.42)
        glow.add_color_stop_rgba(1, *colour, 0)
        self.circle(x, y, r * 3.2)
        self.fill(glow)
        if s.time == "night" and s.moon == "crescent":
            # The lit rim between two arcs.
            self.c.new_sub_path()
            self.c.arc(x, y, r, -math.pi * 0.5, math.pi * 0.5)
            self.c.curve_to(x + r * 0.55, y + r * 0.55, x + r * 0.55, y - r * 0.55, x, y - r)
            self.c.close_path()
            self.fill(colour)
            return
        self.circle(x, y, r)
        self.fill(colour)
        if s.time == "night":
            for dx, dy, size in ((-0.32, -0.2, 0.24), (0.3, 0.22, 0.3), (0.18, -0.45, 0.15)):
                self.circle(x + dx * r, y + dy * r, size * r)
                self.fill((0.86, 0.85, 0.78))

    def clouds(self):
        s = self.s
        if s.weather == "rainy":
            dark = mul(RAIN_SKY[s.time], (0.66, 0.66, 0.70))
            for i in range(9):
                self.circle((i / 8 + self.rng.uniform(-0.03, 0.03)) * self.wide, self.rng.uniform(-0.02, 0.05), self.rng.uniform(0.10, 0.16))
                self.fill(mix(dark, RAIN_SKY[s.time], self.rng.uniform(0.0, 0.35)))
            return
        if s.weather != "cloudy":
            return
        avoid = [self.disc[0]] if self.disc else []
        avoid += [self.x[t.place] for t in s.things if t.kind == "balloon"]
        spots = [x for x in (0.12, 0.37, 0.63, 0.88)]
        self.rng.shuffle(spots)
        spots.sort(key=lambda x: -min([abs(x * self.wide - other) for other in avoid] or [1]))
        white = CLOUD[s.time]
        shade = mix(white, sky_colours(s)[1], 0.35)
        for spot in spots[:3]:
            x = (spot + self.rng.uniform(-0.03, 0.03)) * self.wide
            y = (0.15, 0.25, 0.33)[self.rng.randrange(3)] + self.rng.uniform(-0.02, 0.02)
            size = self.rng.uniform(0.85, 1.15)
            # The sun or the moon is to be seen whole.
            if self.disc and abs(x - self.disc[0]) < 0.26 and abs(y - self.disc[1]) < 0.16:
                continue
            self.c.save()
            self.c.rectangle(0, 0, self.wide, y + 0.028 * size)
            self.c.clip()
            for dx, dy, r in ((-0.105, 0.01, 0.042), (-0.045, -0.022, 0.062), (0.03, -0.035, 0.072), (0.10, 0.004, 0.05)):
                self.circle(x + dx * size, y + dy * size, r * size)
            self.fill(linear(y - 0.1 * size, y + 0.03 * size, (0, white), (0.5, white), (1, shade)))
            self.c.restore()

    def ridge(self, base, height, colour, low, points=5, sharp=True, cap=None):
        """A line of hills or peaks from side to side."""
        step = self.wide / (points - 1)
        tops = []
        for i in range(points):
            up = height * self.rng.uniform(0.45, 1.0) if i % 2 else height * self.rng.uniform(0.0, 0.35)
            tops.append((i * step + self.rng.uniform(-0.25, 0.25) * step * (0 < i < points - 1), base - up))
        self.c.move_to(0, 1)
        self.c.line_to(*tops[0])
        for (x0, y0), (x1, y1) in zip(tops, tops[1:]):
            if sharp:
                self.c.line_to(x1, y1)
            else:
                half = (x1 - x0) * 0.5
                self.c.curve_to(x0 + half, y0, x1 - half, y1, x1, y1)
        self.c.line_to(self.wide, 1)
        self.c.close_path()
        self.fill(linear(base - height, base + 0.05, (0, colour), (1, low)))
        if cap:
            for (x0, y0), (x, y), (x1, y1) in zip(tops, tops[1:], tops[2:]):
                if y < y0 and y < y1 and base - y > height * 0.4:
                    part = 0.36
                    left, right = (x + (x0 - x) * part, y + (y0 - y) * part), (x + (x1 - x) * part, y + (y1 - y) * part)
                    self.polygon((x, y), right, (x + (right[0] - x) * 0.3, y + (right[1] - y) * 0.75), (x + (left[0] - x) * 0.25, y + (left[1] - y) * 1.1), left)
                    self.fill(cap)

    def mountains(self):
        s = self.s
        if not s.mountains:
            return
        rock = (0.62, 0.42, 0.34) if s.ground == "desert" else (0.42, 0.47, 0.62)
        cap = None if s.ground == "desert" else land(s, (0.97, 0.98, 1.0), 0.12)
        self.ridge(self.horizon + 0.02, 0.27, land(s, rock, 0.42), land(s, rock, 0.62), points=5, cap=cap)
        self.ridge(self.horizon + 0.02, 0.13, land(s, rock, 0.16), land(s, rock, 0.36), points=7)

    def ground(self):
        s, h = self.s, self.horizon
        if s.ground == "sea":
            self.sea()
            return
        back, front, depth = {
            "meadow": ((0.50, 0.74, 0.30), (0.33, 0.62, 0.22), (0.24, 0.50, 0.17)),
            "desert": ((0.95, 0.80, 0.52), (0.90, 0.70, 0.40), (0.80, 0.57, 0.30)),
            "snow": ((0.90, 0.94, 0.99), (0.98, 0.99, 1.0), (0.82, 0.88, 0.96)),
        }[s.ground]
        if s.ground == "snow" and s.time == "night":
            back, front, depth = (mul(c, (1.3, 1.25, 1.15)) for c in (back, front, depth))
        self.ridge(h + 0.05, 0.06, land(s, back, 0.20), land(s, back, 0.05), points=5, sharp=False)
        self.ridge(h + 0.14, 0.045, land(s, front), land(s, mix(front, depth, 0.4)), points=4, sharp=False)
        self.c.rectangle(0, h + 0.145, self.wide, 1)
        self.fill(linear(h + 0.14, 1.0, (0, land(s, mix(front, depth, 0.36))), (1, land(s, depth))))

    def sea(self):
        s, h = self.s, self.horizon
        top, low = sky_colours(s)[2], land(s, (0.10, 0.42, 0.66))
        self.c.rectangle(0, h, self.wide, 1 - h)
        self.fill(linear(h, h + 0.24, (0, mix(low, top, 0.45)), (1, low)))
        if self.disc:
            x, colour = self.disc[0], DISC[s.time]
            for i in range(5):
                y, half = h + 0.022 + 0.036 * i, 0.05 + 0.012 * i
                self.c.rectangle(x - half, y, 2 * half, 0.012)
                self.fill(colour, 0.50 - 0.07 * i)
        sand = land(s, (0.94, 0.82, 0.58))
        y, tilt = 0.86, self.rng.choice((-1, 1)) * 0.012
        self.c.move_to(0, 1)
        self.c.line_to(0, y + tilt)
        self.c.curve_to(self.wide * 0.33, y - tilt - 0.01, self.wide * 0.66, y + tilt + 0.01, self.wide, y - tilt)
        self.c.line_to(self.wide, 1)
        self.c.close_path()
        path = self.c.copy_path()
        self.c.set_source_rgba(*land(s, (0.95, 0.98, 1.0)), 0.75)
        self.c.set_line_width(0.022)
        self.c.stroke()
        self.c.append_path(path)
        self.fill(linear(y, 1, (0, sand), (1, mul(sand, (0.88, 0.86, 0.84)))))

    def trees(self):
        s = self.s
        if not s.trees:
            return
        near = [t.place for t in s.things if t.kind != "balloon"]
        # Between the places, so that nothing is hidden.
        xs = [0.045, 0.355, 0.645, 0.955]
        self.rng.shuffle(xs)
        boat = any(t.kind == "boat" for t in s.things)
        for x in sorted(xs[: self.rng.choice((2, 3))]):
            x = (x + self.rng.uniform(-0.012, 0.012)) * self.wide
            foot = (0.90 if s.ground == "sea" else 0.765) + self.rng.uniform(-0.01, 0.02)
            size = self.rng.uniform(0.85, 1.1) * (0.8 if near or boat else 1.0)
            {"meadow": self.leafy, "desert": self.cactus, "snow": self.fir, "sea": self.palm}[s.ground](x, foot, size)

    def leafy(self, x, y, size):
        trunk, leaf = land(self.s, (0.40, 0.27, 0.18)), land(self.s, (0.16, 0.44, 0.17))
        self.c.rectangle(x - 0.011 * size, y - 0.10 * size, 0.022 * size, 0.11 * size)
        self.fill(trunk)
        for dx, dy, r in ((-0.03, -0.115, 0.047), (0.03, -0.115, 0.047), (0, -0.165, 0.055)):
            self.circle(x + dx * size, y + dy * size, r * size)
        self.fill(linear(y - 0.22 * size, y - 0.07 * size, (0, mix(leaf, land(self.s, (0.6, 0.85, 0.3)), 0.35)), (1, leaf)))

    def fir(self, x, y, size):
        dark, trunk = land(self.s, (0.13, 0.36, 0.30)), land(self.s, (0.36, 0.25, 0.2))
        self.c.rectangle(x - 0.01 * size, y - 0.05 * size, 0.02 * size, 0.06 * size)
        self.fill(trunk)
        for i, half in enumerate((0.066, 0.052, 0.038)):
            low, top = y - (0.035 + 0.06 * i) * size, y - (0.14 + 0.06 * i) * size
            self.polygon((x - half * size, low), (x + half * size, low), (x, top))
            self.fill(dark)
        self.polygon((x - 0.018 * size, y - 0.215 * size), (x + 0.018 * size, y - 0.215 * size), (x, y - 0.265 * size))
        self.fill(land(self.s, (0.96, 0.98, 1)))

    def cactus(self, x, y, size):
        self.c.set_line_cap(cairo.LINE_CAP_ROUND)
        self.c.set_line_join(cairo.LINE_JOIN_ROUND)
        self.c.set_source_rgb(*land(self.s, (0.20, 0.47, 0.26)))
        self.c.set_line_width(0.042 * size)
        self.c.move_to(x, y)
        self.c.line_to(x, y - 0.19 * size)
        self.c.stroke()
        self.c.set_line_width(0.028 * size)
        for side, low, up in ((-1, 0.07, 0.13), (1, 0.10, 0.17)):
            self.c.move_to(x, y - low * size)
            self.c.line_to(x + side * 0.052 * size, y - low * size)
            self.c.line_to(x + side * 0.052 * size, y - up * size)
            self.c.stroke()

    def palm(self, x, y, size):
        top, lean = y - 0.20 * size, 0.02 * (1 if x < self.wide / 2 else -1)
        self.c.set_line_cap(cairo.LINE_CAP_ROUND)
        self.c.set_source_rgb(*land(self.s, (0.45, 0.32, 0.2)))
        self.c.set_line_width(0.022 * size)
        self.c.move_to(x, y)
        self.c.curve_to(x, y - 0.1, x + lean, top + 0.05, x + lean, top)
        self.c.stroke()
        self.c.set_source_rgb(*land(self.s, (0.14, 0.46, 0.24)))
        self.c.set_line_width(0.026 * size)
        for dx, dy in ((-0.085, 0.035), (-0.065, -0.035), (0, -0.05), (0.065, -0.035), (0.085, 0.035)):
            self.c.move_to(x + lean, top)
            self.c.curve_to(x + lean + dx * 0.4 * size, top + (dy - 0.045) * size, x + lean + dx * 0.9 * size, top + (dy - 0.03) * size, x + lean + dx * size, top + dy * size)
            self.c.stroke()

    def house(self, x, paint):
        s = self.s
        wall, roof = lit(s, paint), lit(s, (0.30, 0.24, 0.25))
        foot = 0.925 if s.ground == "sea" else 0.855
        w, h, up = 0.115, 0.165, 0.12
        # Its shadow on the ground.
        self.c.save()
        self.c.translate(x, foot)
        self.c.scale(1, 0.16)
        self.circle(0, 0, w * 1.25)
        self.c.restore()
        self.fill((0.05, 0.06, 0.15), 0.22)
        self.c.rectangle(x + w * 0.34, foot - h - up * 0.88, 0.036, up * 0.7)
        self.fill(mul(roof, (0.85, 0.85, 0.85)))
        self.c.rectangle(x - w, foot - h, 2 * w, h)
        self.fill(linear(foot - h, foot, (0, wall), (1, mul(wall, (0.88, 0.88, 0.9)))))
        self.polygon((x - w * 1.22, foot - h + 0.004), (x + w * 1.22, foot - h + 0.004), (x + w * 0.0, foot - h - up))
        self.fill(roof)
        self.c.rectangle(x - 0.024, foot - 0.088, 0.048, 0.088)
        self.fill(lit(s, (0.42, 0.28, 0.18)))
        glow = s.time in ("night", "sunset") or s.weather == "rainy"
        pane = (1.0, 0.86, 0.45) if glow else lit(s, (0.80, 0.92, 0.98))
        for side in (-1, 1):
            self.c.rectangle(x + side * w * 0.60 - 0.023, foot - h + 0.036, 0.046, 0.050)
            self.fill(pane)

    def balloon(self, x, paint):
        s = self.s
        y, r = 0.21, 0.118
        colour = lit(s, paint)
        self.c.set_source_rgb(*lit(s, (0.36, 0.26, 0.2)))
        self.c.set_line_width(0.007)
        for side in (-1, 1):
            self.c.move_to(x + side * r * 0.5, y + r * 0.85)
            self.c.line_to(x + side * 0.024, y + r + 0.085)
            self.c.stroke()
        self.c.new_sub_path()
        self.c.arc(x, y, r, math.pi * 0.86, math.pi * 0.14)
        self.c.curve_to(x + r * 0.72, y + r * 0.85, x + r * 0.36, y + r * 1.12, x + 0.028, y + r * 1.28)
        self.c.line_to(x - 0.028, y + r * 1.28)
        self.c.curve_to(x - r * 0.36, y + r * 1.12, x - r * 0.72, y + r * 0.85, x - r * 0.9, y + r * 0.43)
        self.c.close_path()
        shade = cairo.LinearGradient(x - r, 0, x + r, 0)
        shade.add_color_stop_rgb(0, *mul(colour, (0.80, 0.80, 0.84)))
        shade.add_color_stop_rgb(0.42, *mix(colour, (1, 1, 1), 0.10))
        shade.add_color_stop_rgb(1, *mul(colour, (0.70, 0.70, 0.76)))
        self.fill(shade)
        self.c.rectangle(x - 0.030, y + r + 0.075, 0.060, 0.048)
        self.fill(lit(s, (0.50, 0.34, 0.2)))

    def boat(self, x, paint):
        s = self.s
        y, sail = self.horizon + 0.165, lit(s, paint)
        # Its reflection.
        self.polygon((x - 0.10, y), (x + 0.10, y), (x + 0.06, y + 0.045), (x - 0.06, y + 0.045))
        self.fill(mix(land(s, (0.10, 0.42, 0.66)), sail, 0.35), 0.8)
        self.c.rectangle(x - 0.006, y - 0.31, 0.012, 0.29)
        self.fill(lit(s, (0.30, 0.2, 0.15)))
        self.polygon((x + 0.014, y - 0.30), (x + 0.014, y - 0.05), (x + 0.135, y - 0.05))
        self.fill(sail)
        self.polygon((x - 0.014, y - 0.27), (x - 0.014, y - 0.05), (x - 0.105, y - 0.05))
        self.fill(mul(sail, (0.86, 0.86, 0.89)))
        self.polygon((x - 0.135, y - 0.036), (x + 0.145, y - 0.036), (x + 0.10, y + 0.014), (x - 0.09, y + 0.014))
        self.fill(lit(s, (0.36, 0.22, 0.16)))

    def weather(self):
        s = self.s
        if s.weather == "rainy":
            # Streaks that slant, near enough to each other to be seen as rain and broad enough to be kept.
            self.c.set_line_cap(cairo.LINE_CAP_ROUND)
            self.c.set_line_width(0.013)
            bright = mix(RAIN_SKY[s.time], (1, 1, 1), 0.62 if s.time != "night" else 0.40)
            self.c.set_source_rgba(*bright, 0.42)
            rows, columns = 6, 7
            for row in range(rows):
                for column in range(columns + 1):
                    x = (column + 0.5 * (row % 2)) / columns * self.wide + self.rng.uniform(-0.012, 0.012)
                    y = 0.12 + row * 0.145 + self.rng.uniform(-0.012, 0.012)
                    self.c.move_to(x + 0.014, y)
                    self.c.line_to(x - 0.014, y + 0.085)
                    self.c.stroke()
        if s.weather == "foggy":
            fog = FOG[s.time]
            for y, high, alpha in ((self.horizon - 0.10, 0.20, 0.62), (0.90, 0.16, 0.40)):
                y += self.rng.uniform(-0.02, 0.02)
                self.c.rectangle(0, y - high / 2, self.wide, high)
                self.fill(linear(y - high / 2, y + high / 2, (0, (*fog, 0)), (0.5, (*fog, alpha)), (1, (*fog, 0))))

    def everything(self):
        self.sky()
        self.sun_or_moon()
        self.stars()
        self.clouds()
        self.mountains()
        self.ground()
        order = {"balloon": 0, "boat": 1, "house": 2}
        things = sorted(self.s.things, key=lambda t: order[t.kind])
        for thing in (t for t in things if t.kind == "boat"):
            self.boat(self.x[thing.place], PAINT[thing.colour])
        self.trees()
        # Fog lies behind what a caption names by its colour.
        if self.s.weather == "foggy":
            self.weather()
        for thing in (t for t in things if t.kind != "boat"):
            getattr(self, thing.kind)(self.x[thing.place], PAINT[thing.colour])
        if self.s.weather == "rainy":
            self.weather()


def draw(scene, width, height=None):
    """The picture of `scene`: uint8 [height, width, 3], RGB."""
    height = height or width
    painter = Painter(scene, width, height)
    painter.everything()
    painter.surface.flush()
    rows = np.frombuffer(painter.surface.get_data(), np.uint8).reshape(height, painter.surface.get_stride() // 4, 4)
    return np.ascontiguousarray(rows[:, :width, 2::-1])
