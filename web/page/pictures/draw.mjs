// Draws the sample pictures. Run `node web/page/pictures/draw.mjs` after a change and commit the PNG files it writes:
// pictures are data, so that every engine, every test and PyTorch see the very same bytes.
import { writeFileSync } from "node:fs";
import { PNG } from "pngjs";

const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));
const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);
const smooth = (low, high, value) => {
  const t = clamp((value - low) / (high - low));
  return t * t * (3 - 2 * t);
};
const hex = (text) => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
const ramp = (stops, t) => {
  for (let i = 1; i < stops.length; i++) {
    if (t <= stops[i][0])
      return mix(stops[i - 1][1], stops[i][1], (t - stops[i - 1][0]) / (stops[i][0] - stops[i - 1][0]));
  }
  return stops.at(-1)[1];
};

/** A small repeatable generator: the sky is the same on every machine. */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function hash(x, y) {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

function noise(x, y) {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const u = smooth(0, 1, x - column);
  const v = smooth(0, 1, y - row);
  const top = hash(column, row) * (1 - u) + hash(column + 1, row) * u;
  const bottom = hash(column, row + 1) * (1 - u) + hash(column + 1, row + 1) * u;
  return top * (1 - v) + bottom * v;
}

const clouds = (x, y) =>
  0.5 * noise(x, y) +
  0.26 * noise(2.1 * x + 7, 2.1 * y) +
  0.15 * noise(4.3 * x, 4.3 * y + 3) +
  0.09 * noise(8.7 * x, 8.7 * y);

/** Averages 6 × 6 samples of `colour(x, y)` a pixel. */
function raster(width, height, colour, grid = 6) {
  const png = new PNG({ width, height, colorType: 2 });
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const sum = [0, 0, 0];
      for (let sy = 0; sy < grid; sy++) {
        for (let sx = 0; sx < grid; sx++) {
          const sample = colour(column + (sx + 0.5) / grid, row + (sy + 0.5) / grid);
          for (let c = 0; c < 3; c++) sum[c] += clamp(sample[c], 0, 255);
        }
      }
      const at = 4 * (row * width + column);
      for (let c = 0; c < 3; c++) png.data[at + c] = Math.round(sum[c] / (grid * grid));
      png.data[at + 3] = 255;
    }
  }
  return png;
}

const COLOUR = 2;
const GREY = 0;

function write(name, png, colorType = COLOUR) {
  const bytes = PNG.sync.write(png, { colorType, deflateLevel: 9, filterType: -1 });
  writeFileSync(new URL(`./${name}.png`, import.meta.url), bytes);
}

// --- the spaceship: 250 × 201, what the tutorial pools -------------------------------------------------------------

const roll = dice(20250);
const stars = Array.from({ length: 120 }, () => {
  const size = roll() ** 5;
  return {
    x: roll() * 250,
    y: roll() * 201,
    size: 0.34 + 0.75 * size,
    light: 0.45 + 0.55 * roll(),
    tint: roll(),
    glint: size > 0.55,
  };
});

const tilt = (38 * Math.PI) / 180;
const ship = { x: 121, y: 93, sin: Math.sin(tilt), cos: Math.cos(tilt) };

/** Half the hull's width at height `u` along the ship's axis; negative outside. */
function hull(u) {
  if (u > 56 || u < -33) return -1;
  if (u > 8) return 16.5 * Math.sqrt(Math.max(0, 1 - ((u - 8) / 48) ** 1.9));
  return 16.5 - 4.6 * ((8 - u) / 41) ** 2;
}

function fin(u, v) {
  const out = Math.abs(v) - 9;
  if (out < 0 || out > 21) return false;
  const top = -2 - 0.55 * out - 0.022 * out * out;
  const bottom = -33 - 0.72 * out + 0.012 * out * out;
  return u < top && u > bottom;
}

function sky(x, y) {
  let colour = ramp(
    [
      [0, hex("#070a1f")],
      [0.45, hex("#121540")],
      [0.8, hex("#2a1a56")],
      [1, hex("#43205f")],
    ],
    clamp(y / 201 + 0.12 * (x / 250 - 0.5)),
  );
  const drift = clouds(x / 46 + 3, y / 46 + 1.6);
  const band = Math.exp(-(((y - 150 + 0.62 * (x - 60)) / 58) ** 2));
  colour = mix(colour, hex("#8a3f8f"), 0.62 * band * smooth(0.42, 0.82, drift));
  colour = mix(colour, hex("#2b6ea6"), 0.42 * smooth(0.5, 0.85, clouds(x / 60 + 11, y / 60 + 8)) * (1 - band));
  for (const star of stars) {
    const dx = x - star.x;
    const dy = y - star.y;
    if (Math.abs(dx) > 9 || Math.abs(dy) > 9) continue;
    const far = Math.hypot(dx, dy);
    let glow = star.light * Math.exp(-((far / star.size) ** 2));
    if (star.glint) {
      glow +=
        0.85 * Math.exp(-Math.abs(dx) / 1.9 - (dy / 0.42) ** 2) +
        0.85 * Math.exp(-Math.abs(dy) / 1.9 - (dx / 0.42) ** 2);
      glow += 0.2 * Math.exp(-((far / 3.4) ** 2));
    }
    const tint = star.tint < 0.25 ? hex("#ffd9a8") : star.tint > 0.75 ? hex("#b4d2ff") : hex("#ffffff");
    colour = colour.map((value, c) => value + tint[c] * glow);
  }
  return colour;
}

const light = [-0.62, -0.58, 0.53];

function ball(x, y, centre, radius) {
  const dx = (x - centre[0]) / radius;
  const dy = (y - centre[1]) / radius;
  const flat = dx * dx + dy * dy;
  if (flat > 1) return undefined;
  const dz = Math.sqrt(1 - flat);
  return { dx, dy, dz, shade: dx * light[0] + dy * light[1] + dz * light[2] };
}

function planet(x, y, behind) {
  const centre = [206, 158];
  const radius = 46;
  let colour = behind;
  const far = Math.hypot(x - centre[0], y - centre[1]) / radius;
  const lit = clamp(0.5 - 0.5 * (((x - centre[0]) * -light[0] + (y - centre[1]) * -light[1]) / (radius * 1.1)));
  if (far > 1) colour = mix(colour, hex("#6fd3ff"), 0.5 * lit * Math.exp(-(far - 1) * 11));
  const lean = -0.36;
  const across = (x - centre[0]) * Math.cos(lean) + (y - centre[1]) * Math.sin(lean);
  const along = -(x - centre[0]) * Math.sin(lean) + (y - centre[1]) * Math.cos(lean);
  const hit = ball(x, y, centre, radius);
  if (hit) {
    const turn = along / radius + 0.05 * (clouds(x / 17, y / 17) - 0.5);
    const wave = 0.5 + 0.5 * Math.sin(turn * 13 + 1.6 * Math.sin(turn * 5.2));
    let ground = ramp(
      [
        [0, hex("#125b73")],
        [0.4, hex("#1f9aa0")],
        [0.75, hex("#66d0b4")],
        [1, hex("#d7f3d2")],
      ],
      wave,
    );
    ground = mix(ground, hex("#0d4464"), 0.5 * smooth(0.5, 0.75, clouds(across / 13 + 5, along / 4)));
    const bright = smooth(-0.16, 0.85, hit.shade);
    colour = mix(
      mix(hex("#0a1230"), ground, 0.08 + 0.98 * bright),
      hex("#bff4ff"),
      0.35 * (1 - hit.dz) ** 2.2 * smooth(-0.1, 0.7, hit.shade),
    );
  }
  const ring = Math.hypot(across / 1.0, along / 0.235) / radius;
  const front = along > 0 || !hit;
  if (ring > 1.28 && ring < 1.92 && front) {
    const grain = 0.42 + 0.58 * noise(ring * 38, 1.5);
    const gap = 1 - 0.85 * Math.exp(-(((ring - 1.63) / 0.022) ** 2));
    const edge = smooth(1.28, 1.33, ring) * (1 - smooth(1.86, 1.92, ring));
    const shadow = hit ? 1 : 1 - 0.75 * smooth(0.2, 0.9, across / radius) * smooth(-0.5, 0.2, -along / radius);
    colour = mix(colour, mix(hex("#7b5a4a"), hex("#ffe3b0"), grain), 0.88 * edge * gap * shadow);
  }
  return colour;
}

const craters = [
  [-0.3, -0.2, 0.3],
  [0.35, 0.1, 0.2],
  [-0.05, 0.5, 0.24],
  [0.15, -0.55, 0.16],
  [-0.62, 0.3, 0.14],
];

function moon(x, y, behind) {
  const hit = ball(x, y, [38, 39], 15);
  if (!hit) {
    const far = Math.hypot(x - 38, y - 39) / 15;
    return mix(behind, hex("#cfd8ff"), 0.22 * Math.exp(-(far - 1) * 7));
  }
  let ground = mix(hex("#a3a6bd"), hex("#eceaf2"), clouds(x / 6, y / 6));
  for (const [cx, cy, r] of craters) {
    const far = Math.hypot(hit.dx - cx, hit.dy - cy) / r;
    ground = mix(ground, hex("#7f8299"), 0.75 * (1 - smooth(0.72, 1, far)));
    ground = mix(ground, hex("#ffffff"), 0.4 * Math.exp(-(((far - 1.05) / 0.16) ** 2)));
  }
  return mix(hex("#10142f"), ground, smooth(-0.12, 0.75, hit.shade));
}

function spaceship(x, y) {
  let colour = moon(x, y, sky(x, y));
  colour = planet(x, y, colour);
  const px = x - ship.x;
  const py = y - ship.y;
  const u = px * ship.sin - py * ship.cos;
  const v = px * ship.cos + py * ship.sin;

  // the engine: a hot core, a wide glow, and the light it throws on the dust behind it
  const back = -36 - u;
  if (back > -6) {
    const wobble = 1.5 * (noise(back / 5, 4) - 0.5) + 2.4 * (noise(back / 9 + 40, 9) - 0.5);
    const length = 60;
    const t = clamp(back / length);
    const wide = Math.max(0.6, 11 * (1 - t) ** 0.8 * (1 + 0.75 * t * (1 - t)));
    const side = Math.abs(v + wobble * t * 1.8) / wide;
    const halo = Math.exp(-((v / (15 + 0.16 * back)) ** 2)) * Math.exp(-Math.max(0, back) / 46) * smooth(-6, 3, back);
    colour = colour.map((value, c) => value + [255, 118, 46][c] * 0.5 * halo);
    const heat = clamp((1 - side) * 1.5) * (1 - smooth(0.72, 1, t)) * smooth(-2, 1, back);
    if (heat > 0) {
      const core = clamp(1.25 - side * 1.15 - 0.85 * t);
      const flame = ramp(
        [
          [0, hex("#ff4d2e")],
          [0.3, hex("#ff8a2b")],
          [0.6, hex("#ffd04f")],
          [1, hex("#fffbe8")],
        ],
        core,
      );
      colour = mix(colour, flame, smooth(0, 0.55, heat));
    }
  }
  for (const [away, aside, size] of [
    [66, 7, 1.5],
    [73, -5, 1.15],
    [81, 3, 1.3],
    [60, -10, 0.9],
    [90, -2, 0.8],
    [97, 6, 0.6],
  ]) {
    const far = Math.hypot(back - away, v - aside) / size;
    colour = mix(colour, hex("#ffcf6b"), 0.95 * Math.exp(-(far ** 2)));
  }

  if (fin(u, v)) {
    const out = (Math.abs(v) - 9) / 21;
    const base = v < 0 ? mix(hex("#ff6a55"), hex("#e23d42"), out) : mix(hex("#b3263d"), hex("#7d1838"), out);
    const rim = smooth(0.6, 1.4, Math.min(-2 - 0.55 * out * 21 - 0.022 * (out * 21) ** 2 - u, 99));
    colour = mix(mix(base, hex("#ffc9b8"), v < 0 ? 0.75 : 0.25), base, rim);
  }
  // the nozzle
  if (u <= -31 && u > -38 && Math.abs(v) < 8.2 + 0.28 * (-31 - u)) {
    const round = v / 10;
    colour = mix(
      mix(hex("#8f97b5"), hex("#23284a"), clamp(0.5 + 0.62 * round)),
      hex("#ffb25e"),
      0.55 * smooth(-34.5, -38, u),
    );
  }

  const half = hull(u);
  const edge = half - Math.abs(v);
  if (half > 0 && edge > 0) {
    const round = v / half;
    const shade = clamp(0.56 - 0.62 * round - 0.16 * round * round * Math.sign(round));
    let base = ramp(
      [
        [0, hex("#5f6a9a")],
        [0.3, hex("#9aa5c9")],
        [0.62, hex("#e6e8f2")],
        [1, hex("#ffffff")],
      ],
      shade,
    );
    const red = ramp(
      [
        [0, hex("#7a1636")],
        [0.35, hex("#bd2a41")],
        [0.7, hex("#f0524c")],
        [1, hex("#ff9a85")],
      ],
      shade,
    );
    const seam = 0.045 * v * round;
    if (u > 37.5 + seam * 2) base = red;
    if (u < -19 - seam && u > -25 - seam) base = red;
    for (const line of [37.5, -8.5, -19, -25])
      base = mix(base, hex("#2c335c"), 0.5 * Math.exp(-(((u - line - seam) / 0.55) ** 2)));
    base = mix(base, hex("#ffb27a"), 0.35 * smooth(0.8, 1, -round) * smooth(20, -33, u));
    base = mix(base, hex("#cfe6ff"), 0.5 * Math.exp(-(((round + 0.52) / 0.12) ** 2)) * smooth(52, 40, u));
    // rivets
    for (const line of [-14, -29.5]) {
      for (const place of [-0.72, -0.36, 0, 0.36, 0.72]) {
        base = mix(base, hex("#3a416c"), 0.55 * Math.exp(-(((u - line) ** 2 + (v - place * half) ** 2) / 0.6)));
      }
    }
    colour = mix(mix(hex("#2a2f57"), base, 0.35), base, smooth(0.1, 0.9, edge));
    for (const [at, size] of [
      [19, 8.2],
      [-0.8, 5.4],
    ]) {
      const far = Math.hypot(u - at, v * 1.02);
      if (far < size + 2.2) {
        const bevel = clamp(0.5 - 0.4 * ((v - (u - at)) / (size + 2)));
        const frame = ramp(
          [
            [0, hex("#454e7c")],
            [0.5, hex("#8a93b9")],
            [1, hex("#f6f7fb")],
          ],
          bevel,
        );
        let pane = frame;
        if (far < size) {
          pane = ramp(
            [
              [0, hex("#7ff0ff")],
              [0.5, hex("#2aa5dc")],
              [1, hex("#12457f")],
            ],
            clamp(0.42 + 0.5 * ((v - (u - at)) / size) * 0.8),
          );
          const shine = Math.hypot(u - at - 0.36 * size, v + 0.42 * size) / (0.3 * size);
          pane = mix(pane, hex("#ffffff"), 0.9 * (1 - smooth(0.7, 1.05, shine)));
          pane = mix(pane, hex("#0b2d5c"), 0.65 * smooth(size - 1.4, size, far));
        }
        colour = mix(colour, pane, 1 - smooth(size + 1.7, size + 2.2, far));
      }
    }
  }
  return colour;
}

write("spaceship", raster(250, 201, spaceship));

// --- an ink drawing: thin lines on paper, for dilation and erosion ---------------------------------------------------

/** Which part of the drawing a point lies in; ink runs where the part changes. */
function part(x, y) {
  const px = x - 84;
  const py = y - 82;
  const u = (px * ship.sin - py * ship.cos) / 1.05;
  const v = (px * ship.cos + py * ship.sin) / 1.05;
  const half = hull(u);
  if (half > 0 && Math.abs(v) < half) {
    if (Math.hypot(u - 19, v) < 8) return 1;
    if (Math.hypot(u + 0.8, v) < 4.6) return 2;
    return u > 37.5 ? 3 : u < -19 && u > -25 ? 4 : 5;
  }
  if (fin(u, v)) return v < 0 ? 6 : 7;
  const back = -34 - u;
  if (back > -1 && back < 46) {
    const wide = (t) => t * Math.sqrt(Math.max(0, 1 - back / 46)) * (1 + 0.25 * Math.sin(back / 3.5));
    if (Math.abs(v) < wide(3.6)) return 8;
    if (Math.abs(v) < wide(9)) return 9;
  }
  const lean = -0.36;
  const across = (x - 160) * Math.cos(lean) + (y - 122) * Math.sin(lean);
  const along = -(x - 160) * Math.sin(lean) + (y - 122) * Math.cos(lean);
  const ring = Math.hypot(across, along / 0.26) / 23;
  const globe = Math.hypot(x - 160, y - 122) < 23;
  if (ring > 1.3 && ring < 1.75 && (along > 0 || !globe)) return 10;
  if (globe) return along > -9 && along < -4 ? 11 : 12;
  const moon = Math.hypot(x - 30, y - 30);
  if (moon < 14) {
    if (Math.hypot(x - 26, y - 27) < 4) return 13;
    if (Math.hypot(x - 35, y - 35) < 2.6) return 14;
    return 15;
  }
  return 0;
}

const specks = Array.from({ length: 26 }, () => [roll() * 200, roll() * 160, 0.5 + 0.6 * roll()]);
const sparks = [
  [120, 22],
  [176, 40],
  [150, 66],
  [22, 112],
  [52, 146],
  [188, 84],
  [66, 20],
  [12, 66],
];

function drawing(x, y) {
  const here = part(x, y);
  const pen = 0.85;
  let ink = false;
  for (let turn = 0; turn < 8 && !ink; turn++) {
    ink = part(x + pen * Math.cos((turn * Math.PI) / 4), y + pen * Math.sin((turn * Math.PI) / 4)) !== here;
  }
  for (const [sx, sy] of sparks) {
    const [dx, dy] = [Math.abs(x - sx), Math.abs(y - sy)];
    if ((dx < 0.7 && dy < 5) || (dy < 0.7 && dx < 5)) ink = true;
  }
  for (const [sx, sy, size] of specks) {
    if (Math.hypot(x - sx, y - sy) < size) ink = true;
  }
  return ink ? hex("#1b2330") : hex("#fbfaf6");
}

write("drawing", raster(200, 160, drawing, 4));

// --- rings that grow finer outwards: what happens to detail that a stride steps over ---------------------------------

function rings(x, y) {
  const squared = (x - 96) ** 2 + (y - 80) ** 2;
  const value = 127.5 + 112 * Math.cos(squared / 62);
  return [value, value, value];
}

write("rings", raster(192, 160, rings), GREY);
