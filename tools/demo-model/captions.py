"""What a person would type to get a scene: captions from a scene's parameters, in many words and orders."""
import random

COLOUR_WORDS = {"red": ("red", "crimson"), "yellow": ("yellow", "golden"), "green": ("green",), "blue": ("blue",),
                "purple": ("purple", "violet"), "white": ("white",)}
KIND_WORDS = {"house": ("house", "house", "house", "cottage", "home", "cabin", "hut"),
              "balloon": ("balloon", "balloon", "hot air balloon", "hot-air balloon"),
              "boat": ("boat", "boat", "sailing boat", "sailboat", "ship")}
PLACE_WORDS = {"left": ("on the left", "on the left", "to the left", "on the left side", "left"),
               "middle": ("in the middle", "in the middle", "in the center", "in the centre", "at the center", "centered"),
               "right": ("on the right", "on the right", "to the right", "on the right side", "right")}
TIME_WORDS = {"dawn": ("at dawn", "at dawn", "dawn", "at sunrise", "sunrise", "in the early morning", "morning"),
              "day": ("by day", "day", "in the daytime", "at noon", "during the day", "daylight", "in the afternoon"),
              "sunset": ("at sunset", "at sunset", "sunset", "at dusk", "dusk", "in the evening", "evening"),
              "night": ("at night", "at night", "night", "by night", "in the night", "at midnight")}
WEATHER_WORDS = {"clear": ("clear sky", "under a clear sky", "clear weather", "cloudless sky", "clear"),
                 "cloudy": ("cloudy", "clouds", "with clouds", "under a cloudy sky", "cloudy sky", "clouds in the sky"),
                 "foggy": ("foggy", "in the fog", "fog", "in the mist", "misty", "mist"),
                 "rainy": ("in the rain", "rain", "rainy", "rainy weather", "heavy rain", "it is raining")}
GROUND_WORDS = {"meadow": ("in a meadow", "in a green meadow", "meadow", "on green hills", "green hills", "in the grass", "in the countryside", "grass", "in a field"),
                "desert": ("in the desert", "in the desert", "desert", "among sand dunes", "sand dunes", "in a sandy desert"),
                "snow": ("in the snow", "in the snow", "snow", "in winter", "winter", "in a snowy landscape", "snowy"),
                "sea": ("by the sea", "by the sea", "at the sea", "sea", "at the beach", "on the beach", "on the shore", "by the ocean", "ocean")}
BOAT_GROUND_WORDS = ("on the sea", "at sea", "sea", "on the ocean", "on the water", "by the sea", "sailing on the sea")
MOUNTAIN_WORDS = ("mountains", "with mountains", "in front of mountains", "mountains in the background", "with mountains in the background", "in the mountains", "mountain landscape")
TREE_WORDS = {"meadow": ("trees", "with trees", "among trees", "and trees", "a few trees"),
              "desert": ("cactus", "cacti", "with cacti", "with a cactus", "trees"),
              "snow": ("trees", "with trees", "fir trees", "pine trees", "with fir trees", "among trees"),
              "sea": ("palm trees", "with palm trees", "palms", "trees", "with palms")}
MOON_WORDS = {"full": ("under a full moon", "under a full moon", "full moon", "with a full moon", "the moon"),
              "crescent": ("under a crescent moon", "crescent moon", "with a crescent moon", "the moon", "a new moon")}
SUN_WORDS = ("the sun", "with the sun", "sun", "under the sun", "sunny")
LANDSCAPE = ("landscape", "a landscape", "scenery", "a view", "nature", "a picture")
# Words that say nothing about these pictures; the model learns to be deaf to them, and to all others.
FILLERS = ("a picture of", "a painting of", "a drawing of", "an illustration of", "a photo of", "beautiful", "highly detailed",
           "masterpiece", "best quality", "digital art", "flat style", "minimal", "vector art", "poster", "colorful", "4k")


def thing_phrase(rng, thing, place, colour=True):
    words = ["a", rng.choice(COLOUR_WORDS[thing.colour]) if colour else "", rng.choice(KIND_WORDS[thing.kind])]
    if place:
        words.append(rng.choice(PLACE_WORDS[thing.place]))
    return " ".join(word for word in words if word)


def caption(scene, rng, whole=False):
    """A caption and what it says: {attribute: value}, without what it leaves out.

    With `whole`, everything that the tests ask for is said: colours, places, time, ground, weather.
    """
    said = {}
    keep = lambda chance: whole or rng.random() < chance
    parts = []
    things = list(scene.things)
    rng.shuffle(things)
    phrases = []
    for thing in things:
        place, colour = keep(0.62), keep(0.93)
        phrases.append(thing_phrase(rng, thing, place, colour))
        said[thing.kind] = True
        if colour:
            said[thing.kind + " colour"] = thing.colour
        if place:
            said[thing.kind + " place"] = thing.place
    rest = []
    if keep(0.80):
        words = GROUND_WORDS[scene.ground]
        if any(thing.kind == "boat" for thing in things):
            words = BOAT_GROUND_WORDS
        rest.append(rng.choice(words))
        said["ground"] = scene.ground
    sky = None
    if scene.discs() and keep(0.45):
        if scene.time == "night":
            sky = rng.choice(MOON_WORDS[scene.moon])
            said["time"] = "night"
            if sky != "the moon":
                said["moon"] = scene.moon
            said["disc"] = True
        else:
            sky = rng.choice(SUN_WORDS)
            said["disc"] = True
        rest.append(sky)
    # "under a full moon" says that it is night.
    if keep(0.85) and not (said.get("time") == "night" and rng.random() < 0.6):
        rest.append(rng.choice(TIME_WORDS[scene.time]))
        said["time"] = scene.time
    if keep(0.85 if scene.weather != "clear" else 0.4):
        rest.append(rng.choice(WEATHER_WORDS[scene.weather]))
        said["weather"] = scene.weather
    if scene.mountains and rng.random() < 0.75:
        rest.append(rng.choice(MOUNTAIN_WORDS))
        said["mountains"] = True
    if scene.trees and rng.random() < 0.75:
        rest.append(rng.choice(TREE_WORDS[scene.ground]))
        said["trees"] = True
    rng.shuffle(rest)
    subject = rng.choice((" and ", ", ", " and ", " with ")).join(phrases) if phrases else (rng.choice(LANDSCAPE) if rng.random() < 0.7 else "")
    comma = rng.choice((", ", ", ", " "))
    text = comma.join(part for part in [subject] + rest if part)
    if rng.random() < 0.1:
        text = comma.join(rest + [subject]) if subject else text
    if rng.random() < 0.15:
        filler = rng.choice(FILLERS)
        text = filler + " " + text if filler.endswith(" of") else rng.choice((filler + ", " + text, text + ", " + filler))
    return text, said


# What the text encoder is first taught to tell from a caption; 0 is "not said".
ATTRIBUTES = {
    "time": ("dawn", "day", "sunset", "night"), "weather": ("clear", "cloudy", "foggy", "rainy"),
    "ground": ("meadow", "desert", "snow", "sea"), "mountains": (True,), "trees": (True,), "moon": ("full", "crescent"), "disc": (True,),
    **{kind: (True,) for kind in ("house", "balloon", "boat")},
    **{kind + " colour": ("red", "yellow", "green", "blue", "purple", "white") for kind in ("house", "balloon", "boat")},
    **{kind + " place": ("left", "middle", "right") for kind in ("house", "balloon", "boat")},
}


def targets(said):
    """What a caption says as class numbers, one per attribute."""
    return [values.index(said[name]) + 1 if name in said else 0 for name, values in ATTRIBUTES.items()]


def all_phrases():
    """Every phrase that captions are made of, to find the vocabulary that is trained."""
    groups = [COLOUR_WORDS, KIND_WORDS, PLACE_WORDS, TIME_WORDS, WEATHER_WORDS, GROUND_WORDS, TREE_WORDS, MOON_WORDS]
    phrases = [phrase for group in groups for words in group.values() for phrase in words]
    return phrases + list(BOAT_GROUND_WORDS + MOUNTAIN_WORDS + SUN_WORDS + LANDSCAPE + FILLERS) + ["a, and with the an of ."]


if __name__ == "__main__":
    import scenes
    for seed in range(12):
        print(caption(scenes.training_scene(seed), random.Random(seed)))
