import { clamp } from "./view.js";

// A grid over the stored places: each cell knows its rows, so that picking looks at few of them.

/** A grid of cells over 0 to 65535 in both directions. */
export class Grid {
  constructor(points) {
    this.x = points.x;
    this.y = points.y;
    const count = points.count;
    this.bits = clamp(Math.ceil(Math.log2(Math.sqrt(Math.max(1, count / 4)))), 0, 9);
    this.side = 1 << this.bits;
    this.shift = 16 - this.bits;
    this.isStale = true;
  }

  /** Sorts the rows into cells again, once their places are asked for after they changed. */
  sort() {
    const count = this.x.length;
    this.isStale = false;
    this.starts = new Uint32Array((this.side * this.side) + 1);
    for (let row = 0; row < count; row++) {
      this.starts[this.cellOf(row) + 1]++;
    }

    for (let cell = 1; cell < this.starts.length; cell++) {
      this.starts[cell] += this.starts[cell - 1];
    }

    this.rows = new Uint32Array(count);
    const next = this.starts.slice(0, -1);
    for (let row = 0; row < count; row++) {
      this.rows[next[this.cellOf(row)]++] = row;
    }
  }

  cellOf(row) {
    return ((this.y[row] >> this.shift) << this.bits) | (this.x[row] >> this.shift);
  }

  /** Calls back for each row in a rectangle of stored numbers, until the callback returns false. */
  each([left, bottom, right, top], callback) {
    if (right < 0 || top < 0 || left > 65535 || bottom > 65535) {
      return;
    }

    if (this.isStale) {
      this.sort();
    }

    const firstX = clamp(Math.floor(left), 0, 65535) >> this.shift;
    const lastX = clamp(Math.ceil(right), 0, 65535) >> this.shift;
    const firstY = clamp(Math.floor(bottom), 0, 65535) >> this.shift;
    const lastY = clamp(Math.ceil(top), 0, 65535) >> this.shift;
    for (let cellY = firstY; cellY <= lastY; cellY++) {
      const end = this.starts[((cellY << this.bits) | lastX) + 1];
      for (let i = this.starts[(cellY << this.bits) | firstX]; i < end; i++) {
        const row = this.rows[i];
        const x = this.x[row];
        const y = this.y[row];
        if (x >= left && x <= right && y >= bottom && y <= top && callback(row) === false) {
          return;
        }
      }
    }
  }

  /** Returns the rows in a rectangle that the filter takes, in order, or null where there are more than the limit. */
  within(bounds, limit, filter) {
    const found = [];
    this.each(bounds, (row) => {
      if (filter(row)) {
        found.push(row);
      }

      return found.length <= limit;
    });
    return found.length > limit ? null : found.sort((a, b) => a - b);
  }

  /** Returns the row nearest to a place on the screen that the filter takes, or -1 where none is within the radius. */
  nearest(view, screenX, screenY, radius, filter) {
    const [left, top] = view.stored(screenX - radius, screenY - radius);
    const [right, bottom] = view.stored(screenX + radius, screenY + radius);
    let best = -1;
    let least = radius * radius;
    this.each([left, bottom, right, top], (row) => {
      const dx = view.screenX(this.x[row]) - screenX;
      const dy = view.screenY(this.y[row]) - screenY;
      const distance = (dx * dx) + (dy * dy);
      if ((distance < least || (distance === least && row < best)) && filter(row)) {
        least = distance;
        best = row;
      }
    });
    return best;
  }

  /** Returns the rows inside a polygon of places on the screen that the filter takes, in order. */
  inside(view, polygon, filter) {
    const stored = polygon.map(([x, y]) => view.stored(x, y));
    const xs = stored.map((place) => place[0]);
    const ys = stored.map((place) => place[1]);
    const marks = new Uint8Array(this.x.length);
    this.each([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], (row) => {
      marks[row] = filter(row) && isInside(xs, ys, this.x[row], this.y[row]) ? 1 : 0;
    });
    return rowsOf(marks);
  }

  /** Returns the rows in a rectangle that the filter takes, in order. */
  all(bounds, filter) {
    const marks = new Uint8Array(this.x.length);
    this.each(bounds, (row) => {
      marks[row] = filter(row) ? 1 : 0;
    });
    return rowsOf(marks);
  }
}

function rowsOf(marks) {
  const rows = new Uint32Array(marks.reduce((sum, mark) => sum + mark, 0));
  for (let row = 0, next = 0; next < rows.length; row++) {
    rows[next] = row;
    next += marks[row];
  }

  return rows;
}

// The even-odd rule: a ray to the right crosses the border an odd number of times.
function isInside(xs, ys, x, y) {
  let inside = false;
  for (let i = 0, j = xs.length - 1; i < xs.length; j = i++) {
    if (ys[i] > y !== ys[j] > y && x < (((xs[j] - xs[i]) * (y - ys[i])) / (ys[j] - ys[i])) + xs[i]) {
      inside = !inside;
    }
  }

  return inside;
}
