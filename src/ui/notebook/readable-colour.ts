const ENOUGH = 4.5;
const INK = "#1a1d20";

let pen: CanvasRenderingContext2D | null | undefined;

/** `colour` where it can be read on `ground`, else a dark or a white one. "" asks for whichever can be read. */
export function readableOn(ground: string, colour: string): string {
  const below = parts(ground);
  // A ground that is see-through, or a notation that is not known: nothing can be said of it.
  if (!below) return colour;
  const own = colour === "" ? null : parts(colour);
  if (own && contrast(own, below) >= ENOUGH) return colour;
  const ink = parts(INK);
  return ink && contrast(ink, below) >= ENOUGH ? INK : "#ffffff";
}

type Rgb = readonly [number, number, number];

function parts(colour: string): Rgb | null {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return null;
  // A notation it does not know leaves the colour before it.
  pen.fillStyle = "#00000000";
  pen.fillStyle = colour;
  const [red, green, blue] = /^#(..)(..)(..)$/.exec(pen.fillStyle)?.slice(1) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return null;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

/** As WCAG has it, from 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
