/** A colour as `#rrggbb`. */
export type Color = `#${string}`;
export type Rgb = readonly [red: number, green: number, blue: number];

export const isColor = (text: unknown): text is Color => typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text);

export function rgbOf(color: Color): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** xterm's default sixteen colours. */
const ANSI_16: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

/** The RGB value of a colour of xterm's 256: 16 to 231 a 6×6×6 cube, 232 to 255 greys. */
export function rgbOf256(index: number): Rgb {
  if (index < 16) return ANSI_16[index] ?? [0, 0, 0];
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  const at = (divisor: number): number => CUBE_STEPS[Math.floor((index - 16) / divisor) % 6] ?? 0;
  return [at(36), at(6), at(1)];
}

/** Nearest colour of the 256 that every terminal draws alike (16 to 255); hue weighs more than lightness, so that tints stay tints. */
export function toAnsi256(color: Color): number {
  const wanted = oklab(rgbOf(color));
  return nearest(16, 256, ([lightness, a, b]) => (wanted[0] - lightness) ** 2 + 4 * ((wanted[1] - a) ** 2 + (wanted[2] - b) ** 2));
}

/** Below this chroma a colour counts as grey. */
const GREY_CHROMA = 0.035;

/** Nearest of the sixteen colours, 0 to 15: a grey for a grey, else the hue first and its lighter or darker form second. */
export function toAnsi16(color: Color): number {
  const wanted = oklab(rgbOf(color));
  const chroma = Math.hypot(wanted[1], wanted[2]);
  return nearest(0, 16, ([lightness, a, b]) => {
    const other = Math.hypot(a, b);
    if (chroma < GREY_CHROMA !== other < GREY_CHROMA) return Number.POSITIVE_INFINITY;
    const turn = chroma < GREY_CHROMA ? 0 : (wanted[1] / chroma - a / other) ** 2 + (wanted[2] / chroma - b / other) ** 2;
    return (wanted[0] - lightness) ** 2 + turn;
  });
}

function nearest(from: number, to: number, distanceTo: (candidate: Rgb) => number): number {
  let best = from;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = from; index < to; index += 1) {
    const distance = distanceTo(oklab(rgbOf256(index)));
    if (distance < bestDistance) [best, bestDistance] = [index, distance];
  }
  return best;
}

/** Lightness and two hue axes in which equal distances look alike. Source: Björn Ottosson, "A perceptual color space for image processing". */
function oklab(rgb: Rgb): Rgb {
  const [r, g, b] = [linear(rgb[0]), linear(rgb[1]), linear(rgb[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(one: Color, other: Color): number {
  const [a, b] = [luminance(rgbOf(one)), luminance(rgbOf(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const luminance = (rgb: Rgb): number => 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
