"""The sheet of the README: pictures of the program with their prompts under them.

    python sheet.py PROGRAM OUTPUT.png [flags...]
"""
import os
import subprocess
import sys
import tempfile

from PIL import Image, ImageDraw, ImageFont

SIDE, TEXT, GAP = 192, 34, 8
PROMPTS = (
    "a red house under a full moon",
    "a blue sailing boat at sunset, mountains",
    "a yellow balloon in the desert at dawn",
    "a purple house in the snow, trees, daylight",
    "a white house on the left and a red balloon on the right, green hills, day",
    "a green boat in the middle, at sea, night, crescent moon",
    "a blue house in the rain, meadow",
    "a red balloon over mountains, winter, day, clouds",
    "a yellow house in the fog, trees",
    "a purple balloon on the left and a white boat on the right, dawn",
    "a red house on the right, desert, cacti, sunset",
    "a white balloon at night, snow, mountains, full moon",
    "a green house by the sea, palm trees, noon",
    "a yellow boat and a blue house, in the evening",
    "a landscape, mountains, sunset, clouds",
    "a blue balloon in the middle, meadow, trees, day",
    "a white house in the snow, dawn, fir trees",
    "a red boat on the left, rain",
    "a purple house in the desert, night, clear sky",
    "a green balloon on the right, sea, sunset",
    "a yellow house and a purple balloon, meadow, daytime",
    "a landscape in winter, clear night, mountains",
    "a red house in the middle, green hills, trees, cloudy, noon",
    "a white sailboat in the fog, dawn",
)


def main(program, output, *flags):
    font = ImageFont.truetype("DejaVuSans.ttf", 11)
    sheet = Image.new("RGB", (6 * SIDE + 7 * GAP, 4 * (SIDE + TEXT) + 5 * GAP), "white")
    pen = ImageDraw.Draw(sheet)
    with tempfile.TemporaryDirectory() as folder:
        for number, prompt in enumerate(PROMPTS):
            file = os.path.join(folder, f"{number}.png")
            # Default parameters, and seeds that nobody has chosen.
            subprocess.run([program, "generate", prompt, "--seed", str(number), "-o", file, *flags], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            x, y = GAP + number % 6 * (SIDE + GAP), GAP + number // 6 * (SIDE + TEXT + GAP)
            sheet.paste(Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.LANCZOS), (x, y))
            line, lines = "", []
            for word in prompt.split():
                if pen.textlength(f"{line} {word}", font) > SIDE:
                    lines.append(line)
                    line = word
                else:
                    line = f"{line} {word}".strip()
            pen.multiline_text((x, y + SIDE + 3), "\n".join(lines + [line]), "black", font, spacing=2)
    sheet.save(output, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
