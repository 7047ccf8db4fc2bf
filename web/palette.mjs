// The theme of @digdir/designsystemet-css with our hues. Every step keeps its luminance, so every contrast the
// theme promises still holds; only hue and strength change.
const HUES = {
  accent: { hue: 205, chroma: 0.62 },
  brand1: { hue: 78, chroma: 1.1 },
  neutral: { hue: 215, chroma: 1.6 },
  info: { hue: 240, chroma: 0.8 },
  success: { hue: 155, chroma: 0.75 },
  warning: { hue: 70, chroma: 1 },
  danger: { hue: 27, chroma: 0.95 },
};

const toLinear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toGamma = (v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
const linearOf = (hex) => {
  const full = hex.length === 4 ? [...hex.slice(1)].map((c) => c + c).join("") : hex.slice(1);
  return [0, 2, 4].map((i) => toLinear(parseInt(full.slice(i, i + 2), 16) / 255));
};
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function chromaOf([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return Math.hypot(
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  );
}

function fromOklch(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const fits = (rgb) => rgb.every((v) => v >= -0.0005 && v <= 1.0005);

function rehue(hex, { hue, chroma: strength }) {
  const given = linearOf(hex);
  const target = luminance(given);
  if (target > 0.999 || target < 0.0005) return hex;
  for (let chroma = chromaOf(given) * strength; ; chroma *= 0.96) {
    let low = 0;
    let high = 1;
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (luminance(fromOklch(middle, chroma, hue)) < target) low = middle;
      else high = middle;
    }
    const rgb = fromOklch((low + high) / 2, chroma, hue);
    if (fits(rgb) || chroma < 0.002) {
      const byte = (v) => Math.round(toGamma(Math.min(1, Math.max(0, v))) * 255);
      return "#" + rgb.map((v) => byte(v).toString(16).padStart(2, "0")).join("");
    }
  }
}

export function theme(css) {
  return css
    .replace(/--ds-color-brand2-[a-z-]+:[^;}]+;?/g, "")
    .replace(/--ds-color-(\w+)-([a-z-]+):(#[0-9a-f]{3,6})/g, (all, name, step, hex) =>
      HUES[name] ? `--ds-color-${name}-${step}:${rehue(hex, HUES[name])}` : all,
    );
}
