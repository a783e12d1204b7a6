"""Measures whether pictures show what their prompts say. The pictures are made by the program.

    python check.py prompts FOLDER [--count 300]     writes FOLDER/prompts.json: held-out scenes and captions
    python check.py make FOLDER PROGRAM [flags...]   has the program make FOLDER/N.png for every prompt
    python check.py measure FOLDER                   the figures, beside those of the real drawings and of
                                                     shuffled prompts, and the nearest training pictures

Every test is plain arithmetic on colours at places; nothing is learned but the mean looks of drawings
(`Looks`). Its ceiling is what it finds right on real drawings of the same scenes.
"""
import argparse
import json
import multiprocessing
import os
import random
import subprocess

import numpy as np
from PIL import Image
from scipy import ndimage

import captions
import scenes
from scenes import COLOURS, KINDS, PLACES, PLACE_X

MADE, SIZE = 192, 96  # pixels of the pictures, and of what is measured: details below do not matter here


def scene_of(record):
    fields = dict(record)
    fields["things"] = tuple(scenes.Thing(**thing) for thing in fields["things"])
    return scenes.Scene(**fields)


def measured(picture):
    """A picture (an image, or uint8 [h, w, 3]) as it is measured: [SIZE, SIZE, 3] in 0..1."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    return np.asarray(image.convert("RGB").resize((SIZE, SIZE), Image.BOX)) / 255.0


def drawn_as_made(scene):
    return measured(scenes.draw(scene, MADE))


def rows_of(picture, y0, y1):
    return picture[int(y0 * len(picture)):int(y1 * len(picture))]


# ------------------------------------------------------------------------------------------------ land and sky
SKY_BANDS = ((0.0, 0.07), (0.07, 0.18), (0.18, 0.32), (0.32, 0.46), (0.46, 0.57))
LAND_BANDS = ((0.64, 0.70), (0.70, 0.76), (0.76, 0.82), (0.90, 0.95), (0.95, 1.0))


def band_looks(picture, bands, texture):
    """Per band: the median colour; and, with `texture`, how light and how dark a tenth of it is, and how it
    changes from a pixel to that one a little down and left, along falling rain, and across it."""
    parts = []
    for y0, y1 in bands:
        band = rows_of(picture, y0, y1)
        parts.append(np.median(band.reshape(-1, 3), axis=0))
        if texture:
            light = band.mean(axis=2)
            parts.append(np.percentile(light, (8, 92)) - np.median(light))
            step = max(1, len(picture) // 64)
            along, across = light[step:, :-step] - light[:-step, step:], light[step:, step:] - light[:-step, :-step]
            parts.append([np.abs(across).mean(), np.abs(across).mean() - np.abs(along).mean()])
    return np.concatenate(parts)


class Looks:
    """Tells a class by the nearest mean look, in units of how much looks differ within the classes."""

    def __init__(self, bands, texture):
        """The bands of the picture that are looked at, and whether their texture is. The time of day is part of
        every class, since light changes everything."""
        self.bands, self.texture = bands, texture

    def look(self, picture):
        return band_looks(picture, self.bands, self.texture)

    def learn(self, pictures, keys):
        """Takes the mean looks of `pictures`, whose classes are `keys`: (time of day, answer)."""
        looks = np.array([self.look(picture) for picture in pictures])
        self.keys = sorted(set(keys))
        self.means = np.array([looks[[k == key for k in keys]].mean(axis=0) for key in self.keys])
        left = looks - self.means[[self.keys.index(key) for key in keys]]
        spread = left.T @ left / len(left) + 1e-5 * np.eye(left.shape[1])
        self.inverse = np.linalg.inv(spread)
        return self

    def tell(self, picture, time=None):
        """The class; with `time`, among those of this time of day."""
        off = self.means - self.look(picture)
        far = np.einsum("ij,jk,ik->i", off, self.inverse, off)
        if time:
            far = far + np.array([0 if key[0] == time else 1e9 for key in self.keys])
        return self.keys[int(far.argmin())]


# ------------------------------------------------------------------------------------------------ objects
def body(kind, scene, side):
    """The silhouette of what is painted on an object of `kind` in the middle of a picture, as a mask."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    x = x - 0.5
    if kind == "house":
        foot = 0.925 if scene.ground == "sea" else 0.855
        return (abs(x) < 0.105) & (y > foot - 0.155) & (y < foot - 0.008)
    if kind == "balloon":
        round_part = x ** 2 + (y - 0.21) ** 2 < 0.105 ** 2
        return round_part | ((y >= 0.21) & (y < 0.34) & (abs(x) < 0.095 - (y - 0.21) * 0.55))
    foot = scenes.HORIZON + 0.165
    right = (x > 0.014) & (x < 0.014 + 0.115 * (y - (foot - 0.29)) / 0.24) & (y < foot - 0.055)
    left = (x < -0.014) & (x > -0.014 - 0.085 * (y - (foot - 0.26)) / 0.21) & (y < foot - 0.055)
    return right | left


def find(picture, scene, kind):
    """The colour and the x of the object of `kind` that the picture most likely shows, and how well it fits."""
    side = len(picture)
    mask = body(kind, scene, side)
    best = (-1.0, None, None)
    # A wall gets a little darker downwards, a balloon and a sail to one side.
    shades = (1.0, 0.9) if kind == "house" else (1.06, 0.82)
    for colour in COLOURS:
        paint = np.array(scenes.lit(scene, scenes.PAINT[colour]))
        near = np.zeros(picture.shape[:2], bool)
        for factor in shades:
            near |= np.abs(picture - np.minimum(paint * factor, 1)).max(axis=2) < 0.13
        for shift in range(int(-0.36 * side), int(0.37 * side), max(1, side // 64)):
            moved = np.roll(mask, shift, axis=1)
            inside = near[moved].mean()
            # What has the colour of all around it is no object.
            ring = max(near[np.roll(mask, shift + step, axis=1)].mean() for step in (side // 5, -side // 5))
            fit = inside - 0.8 * ring
            if fit > best[0]:
                best = (fit, colour, shift / side + 0.5)
    return best


def place_of(x):
    return min(PLACES, key=lambda place: abs(PLACE_X[place] - x))


def discs(picture, scene):
    """How many suns and moons there are: spots of their colour in the sky, of about their size."""
    side = len(picture)
    # Between mountains the light horizon looks like suns; the sun stands above them.
    sky = picture[:int((0.45 if scene.mountains else scenes.HORIZON) * side)]
    near = np.abs(sky - np.array(scenes.DISC[scene.time])).max(axis=2) < (0.09 if scene.time == "dawn" else 0.13)
    # A bright horizon is no sun: what is as bright all along its row does not count.
    near &= np.abs(sky - np.median(sky, axis=1, keepdims=True)).max(axis=2) > 0.05
    labels, count = ndimage.label(near)
    whole, found = np.pi * 0.078 ** 2 * side ** 2, 0
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        size = (labels[rows, columns] == number).sum()
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        # A flank of a mountain is neither round nor a crescent.
        is_round = size > 0.4 * high * wide and 0.35 < high / wide < 2.8
        found += bool(0.1 * whole < size < 2.5 * whole and is_round)
    return found


# ------------------------------------------------------------------------------------------------ the figures
def tests(picture, scene, looks):
    """{test: right or wrong} for one picture of `scene`."""
    found = {}
    found["time of day"] = looks["sky"].tell(picture)[0] == scene.time
    found["weather"] = looks["sky"].tell(picture, scene.time)[1] == scene.weather
    found["ground"] = looks["land"].tell(picture, scene.time)[1] == scene.ground
    found["suns and moons"] = discs(picture, scene) == scene.discs()
    right = []
    for thing in scene.things:
        fit, colour, x = find(picture, scene, thing.kind)
        found[thing.kind + " colour"] = colour == thing.colour
        if len(scene.things) == 1:
            found["single object's colour"] = colour == thing.colour
            found["its place"] = place_of(x) == thing.place
            others = [find(picture, scene, kind)[0] for kind in KINDS if kind != thing.kind]
            found["its shape"] = fit > max(others)
        right.append(colour == thing.colour)
    if len(right) == 2:
        found["two objects' colours"] = all(right)
    return found


def learn_looks(count=1600):
    drawn = [scenes.training_scene(2 * 10 ** 6 + i) for i in range(count)]
    pictures = [drawn_as_made(scene) for scene in drawn]
    sky = Looks(SKY_BANDS, True).learn(pictures, [(scene.time, scene.weather) for scene in drawn])
    return {"sky": sky, "land": Looks(LAND_BANDS, False).learn(pictures, [(scene.time, scene.ground) for scene in drawn])}


def figures(pictures, drawn, looks):
    """Percent right by test."""
    results = {}
    with multiprocessing.Pool() as pool:
        each = pool.starmap(tests, [(picture, scene, looks) for picture, scene in zip(pictures, drawn)], chunksize=4)
    for found in each:
        for name, right in found.items():
            results.setdefault(name, []).append(right)
    return {name: (100 * float(np.mean(values)), len(values)) for name, values in results.items()}


def read(folder, number):
    with Image.open(os.path.join(folder, f"{number}.png")) as image:
        return measured(image)


def nearest(pictures, drawn, count):
    """For each picture, and for unseen drawings of the same scenes, the distance to the nearest of `count`
    training drawings: {"made": median, "drawn": median, "closest made": smallest}, root mean square in 1/255."""
    small = lambda picture: np.asarray(picture, np.float32).reshape(32, SIZE // 32, 32, SIZE // 32, 3).mean(axis=(1, 3)).ravel()
    known = np.array([small(scenes.draw(scenes.training_scene(i), SIZE) / 255.0) for i in range(count)])
    norms = (known ** 2).sum(axis=1)

    def distances(images):
        looks = np.array([small(image) for image in images])
        square = norms[None] - 2 * looks @ known.T + (looks ** 2).sum(axis=1)[:, None]
        return 255 * np.sqrt(np.maximum(square.min(axis=1), 0) / looks.shape[1])

    made = distances(pictures)
    real = distances([drawn_as_made(scene) for scene in drawn])
    return {"made": float(np.median(made)), "drawn": float(np.median(real)), "closest made": float(made.min()), "closest drawn": float(real.min())}


def prompts(options):
    os.makedirs(options.folder, exist_ok=True)
    records = []
    for number in range(options.count):
        scene = scenes.test_scene(number)
        text, _ = captions.caption(scene, random.Random(number), whole=True)
        records.append({"prompt": text, "scene": scene.as_dict()})
    with open(os.path.join(options.folder, "prompts.json"), "w") as file:
        json.dump(records, file, indent=1)


def make(options):
    with open(os.path.join(options.folder, "prompts.json")) as file:
        records = json.load(file)
    for number, record in enumerate(records[:options.count]):
        target = os.path.join(options.folder, f"{number}.png")
        if not os.path.exists(target):
            command = [options.program, "generate", record["prompt"], "--seed", str(1000 + number), "-o", target, *options.flags]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure(options):
    with open(os.path.join(options.folder, "prompts.json")) as file:
        drawn = [scene_of(record["scene"]) for record in json.load(file)]
    numbers = [n for n in range(len(drawn)) if os.path.exists(os.path.join(options.folder, f"{n}.png"))]
    drawn = [drawn[n] for n in numbers]
    pictures = [read(options.folder, n) for n in numbers]
    looks = learn_looks()
    made = figures(pictures, drawn, looks)
    shuffled = figures(pictures[7:] + pictures[:7], drawn, looks)
    real = figures([drawn_as_made(scene) for scene in drawn], drawn, looks)
    print(f"{len(numbers)} pictures\n| test | pictures | right | prompts shuffled | real drawings |\n| --- | ---: | ---: | ---: | ---: |")
    for name in made:
        print(f"| {name} | {made[name][1]} | {made[name][0]:.0f} % | {shuffled[name][0]:.0f} % | {real[name][0]:.0f} % |")
    print(f"nearest of {options.known} training drawings, 1/255:", nearest(pictures, drawn, options.known))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("prompts", "make", "measure"))
    parser.add_argument("folder")
    parser.add_argument("program", nargs="?")
    parser.add_argument("flags", nargs="*")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--known", type=int, default=20000, help="training drawings among which the nearest is looked for")
    options = parser.parse_args()
    {"prompts": prompts, "make": make, "measure": measure}[options.action](options)
