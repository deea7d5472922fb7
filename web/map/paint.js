// How points look, whichever renderer draws them.

/** What is done with a point: it is not drawn, pale, as it is, or pointed out. */
export const HIDDEN = 0;
export const PALE = 1;
export const PLAIN = 2;
export const FOUND = 3;

/** Above the bits of the state stands how near a point in space is, from 0 to 255. */
export const STATE_BITS = 8;
export const STATES = (1 << STATE_BITS) - 1;

/** The nearest marks in space are so much larger than those in the middle, and the farthest so much smaller. */
export const DEPTH = 0.4;

/** Numbers of 16 bits for each point in the buffer: x, y, colour, state and nearness. */
export const STRIDE = 4;

/** Above this number a part of the points stands for all while the map moves: by a graphics card, and by the processor. */
export const CARD_SAMPLE = 400_000;
export const PROCESSOR_SAMPLE = 6_000;

/** Returns the radius of a mark in CSS pixels and its opacity: marks shrink and fade with density, and grow with the zoom. */
export function markStyle(view, count) {
  const distance = Math.sqrt((view.width * view.height) / Math.max(1, count));
  const resting = Math.min(5, Math.max(0.75, 0.28 * distance * 0.5));
  const radius = Math.min(7, Math.max(resting, resting * Math.pow(view.zoom, 0.45)));
  const crowding = count / ((view.width * view.height) / (Math.PI * radius * radius)) / Math.max(1, view.zoom * view.zoom);
  const alpha = Math.min(0.9, Math.max(0.35, 0.9 - crowding));

  // Points of no cluster are many where there are many: then they are fainter.
  return { radius, alpha, faint: alpha * (count < 1000 ? 1 : 0.6) };
}

/**
 * The buffer that a renderer draws, noise first, so that it lies below, and in space the nearest last; among equals in the order of the
 * rows. `order[i]` is the row of the i-th point drawn.
 */
export function makeBuffer(points) {
  const { count, cluster } = points;
  const order = new Uint32Array(count);
  let next = 0;
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < count; row++) {
      if ((cluster[row] === 0) === (pass === 0)) {
        order[next++] = row;
      }
    }
  }

  const buffer = { order, data: new Uint16Array(count * STRIDE) };
  if (points.near !== undefined) {
    orderByDepth(buffer, points);
  }

  placePoints(buffer, points);
  return buffer;
}

/** Writes where the points lie into the buffer. */
export function placePoints({ order, data }, { x, y }) {
  for (let i = 0, at = 0; i < order.length; i++, at += STRIDE) {
    data[at] = x[order[i]];
    data[at + 1] = y[order[i]];
  }
}

/** Orders the points of a buffer so that the nearest are drawn last. */
export function orderByDepth({ order }, { count, near }) {
  const starts = new Uint32Array(257);
  for (let row = 0; row < count; row++) {
    starts[near[row] + 1]++;
  }

  for (let i = 1; i < starts.length; i++) {
    starts[i] += starts[i - 1];
  }

  for (let row = 0; row < count; row++) {
    order[starts[near[row]]++] = row;
  }
}

/** Returns every n-th point of the buffer, so that no more than the size are left. */
export function sampleOf(data, size) {
  const step = Math.ceil(data.length / STRIDE / size);
  const sample = new Uint16Array(Math.ceil(data.length / STRIDE / step) * STRIDE);
  for (let from = 0, to = 0; from < data.length; from += step * STRIDE, to += STRIDE) {
    sample[to] = data[from];
    sample[to + 1] = data[from + 1];
    sample[to + 2] = data[from + 2];
    sample[to + 3] = data[from + 3];
  }

  return sample;
}

/** Reads #rrggbb. */
export function rgbOf(color) {
  const value = parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
