// From which scale on a label is shown, found once for each label: Been, Daiches and Yap, "Dynamic Map Labeling", 2006. A label that comes
// never goes again while one zooms in (unless finer names follow it), panning changes nothing, and no two touch at any scale: so nothing
// flickers.

const GAP = 3;

/** Below this scale, in pixels for a unit of the world, no label is shown: the map is too small to be read. */
export const LEAST_SCALE = 32;

/**
 * Returns the scale at which two boxes part for good, where they touch at a scale from `from` to `to`; else `from`. A box is tied to a
 * place (x, y, in units of the world); left, top, width and height are pixels from there, downwards. The other is there at scales from its
 * `from` to its `to`.
 */
export function partingOf(box, other, from, to) {
  const distanceX = box.x - other.x;
  const distanceY = other.y - box.y;
  const lowX = -box.width - GAP - box.left + other.left;
  const highX = other.width + GAP - box.left + other.left;
  const lowY = -box.height - GAP - box.top + other.top;
  const highY = other.height + GAP - box.top + other.top;

  // They touch while scale x distance lies between low and high in both directions.
  let start = Math.max(from, other.from);
  let end = other.to;
  if (distanceX === 0) {
    end = lowX < 0 && highX > 0 ? end : 0;
  } else {
    start = Math.max(start, Math.min(lowX / distanceX, highX / distanceX));
    end = Math.min(end, Math.max(lowX / distanceX, highX / distanceX));
  }

  if (distanceY === 0) {
    end = lowY < 0 && highY > 0 ? end : 0;
  } else {
    start = Math.max(start, Math.min(lowY / distanceY, highY / distanceY));
    end = Math.min(end, Math.max(lowY / distanceY, highY / distanceY));
  }

  return start < end && start < to ? end : from;
}

/** Labels that were given their range, found again by their place and the scale at which they come. */
export class Ranges {
  /** Takes how far a label reaches from its place at most, in pixels. */
  constructor(reach) {
    this.reach = reach;
    this.levels = [];
  }

  /** Returns the scale from which on a box touches no label. */
  firstFree(box, from, to) {
    const own = Math.max(-box.left, box.left + box.width, -box.top, box.top + box.height);
    let first = from;
    this.levels.forEach(({ cells, side }) => {
      // At the scales of this level and beyond, what is further away is not touched.
      const far = ((own + this.reach + GAP) / (2 * this.reach)) * side;
      for (let cellX = Math.floor((box.x - far) / side); cellX <= Math.floor((box.x + far) / side); cellX++) {
        for (let cellY = Math.floor((box.y - far) / side); cellY <= Math.floor((box.y + far) / side); cellY++) {
          for (const other of cells.get(keyOf(cellX, cellY)) ?? []) {
            first = Math.max(first, partingOf(box, other, from, to));
          }
        }
      }
    });
    return first;
  }

  /** Takes a label with its range. */
  take(label) {
    const level = Math.floor(Math.log2(label.from));
    this.levels[level] ??= { cells: new Map(), side: (2 * this.reach) / Math.pow(2, level) };
    const { cells, side } = this.levels[level];
    const key = keyOf(Math.floor(label.x / side), Math.floor(label.y / side));
    if (!cells.has(key)) {
      cells.set(key, []);
    }

    cells.get(key).push(label);
  }
}

function keyOf(cellX, cellY) {
  return (cellX * 0x2000000) + cellY;
}
