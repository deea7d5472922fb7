import { DEPTH, FOUND, HIDDEN, PALE, PROCESSOR_SAMPLE, STATES, STATE_BITS, STRIDE, markStyle, rgbOf, sampleOf } from "./paint.js";

// The same points without WebGL2: pixels of an image, which a 2-D canvas shows.

/** How many sizes stand for the nearness of points in space. */
const DEPTH_STEPS = 8;

/** Draws points into the pixels of a 2-D canvas. */
export class CanvasRenderer {
  constructor(canvas, data, isSpatial) {
    this.name = "canvas2d";
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.data = data;
    this.isSpatial = isSpatial;
    this.count = data.length / STRIDE;
    this.sample = null;
    this.colors = [];
  }

  update() {
    this.sample = this.count > PROCESSOR_SAMPLE ? sampleOf(this.data, PROCESSOR_SAMPLE) : null;
  }

  setColors(colors) {
    this.colors = colors.map(rgbOf);
  }

  draw(view, pale, ratio, isMoving) {
    const { width, height } = this.canvas;
    const image = this.context.createImageData(width, height);
    const { radius, alpha, faint } = markStyle(view, this.count);
    const steps = Array.from({ length: this.isSpatial ? DEPTH_STEPS : 1 }, (_, step) => {
      const size = this.isSpatial ? 1 + (DEPTH * ((2 * step / (DEPTH_STEPS - 1)) - 1)) : 1;
      return {
        plain: stampOf(radius * ratio * size, alpha),
        noise: stampOf(radius * 0.7 * ratio * size, faint),
        pale: stampOf(radius * 0.7 * ratio * size, alpha * 0.4),
        found: stampOf(((radius * ratio * 1.35) + 0.6) * size, 1),
      };
    });
    const paleColor = rgbOf(pale);
    const perX = (view.worldWidth / 65535) * view.scale * ratio;
    const perY = (view.worldHeight / 65535) * view.scale * ratio;
    const left = (view.width / 2 - (view.x * view.scale)) * ratio;
    const bottom = (view.height / 2 + (view.y * view.scale)) * ratio;
    const data = isMoving && this.sample !== null ? this.sample : this.data;
    for (let i = 0; i < data.length; i += STRIDE) {
      const state = data[i + 3] & STATES;
      if (state === HIDDEN) {
        continue;
      }

      const color = data[i + 2];
      const stamps = steps[(data[i + 3] >> STATE_BITS) * steps.length >> 8];
      const stamp = state === PALE ? stamps.pale : state === FOUND ? stamps.found : color === 0 ? stamps.noise : stamps.plain;
      const x = Math.round((data[i] * perX) + left - (stamp.side / 2));
      const y = Math.round(bottom - (data[i + 1] * perY) - (stamp.side / 2));
      if (x > -stamp.side && y > -stamp.side && x < width && y < height) {
        press(image, x, y, stamp, state === PALE ? paleColor : this.colors[color]);
      }
    }

    this.context.putImageData(image, 0, 0);
  }
}

/** A disc: how much of each pixel it covers. */
function stampOf(radius, alpha) {
  const side = Math.max(1, Math.ceil(2 * radius));
  const cover = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x + 0.5 - (side / 2), y + 0.5 - (side / 2));
      cover[(y * side) + x] = alpha * Math.min(1, Math.max(side === 1 ? 1 : 0, radius + 0.5 - distance));
    }
  }

  return { side, cover };
}

function press(image, left, top, stamp, [red, green, blue]) {
  const { width, height, data } = image;
  for (let y = Math.max(0, -top); y < stamp.side && top + y < height; y++) {
    for (let x = Math.max(0, -left); x < stamp.side && left + x < width; x++) {
      const over = stamp.cover[(y * stamp.side) + x];
      const at = 4 * (((top + y) * width) + left + x);
      const under = (data[at + 3] / 255) * (1 - over);
      const sum = over + under;
      if (sum > 0) {
        data[at] = ((red * over) + (data[at] * under)) / sum;
        data[at + 1] = ((green * over) + (data[at + 1] * under)) / sum;
        data[at + 2] = ((blue * over) + (data[at + 2] * under)) / sum;
        data[at + 3] = sum * 255;
      }
    }
  }
}
