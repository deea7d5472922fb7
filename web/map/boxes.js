const GAP = 3;

/** Boxes that do not touch, in a grid of cells, so that each looks at its neighbours only. */
export class BoxSet {
  constructor() {
    this.cells = new Map();
  }

  /** Says whether no box that was taken is nearer than the gap. */
  isFree(left, top, width, height) {
    return this.find(left, top, width, height) !== null;
  }

  /** Takes a box unless it comes nearer than the gap to one that was taken. */
  take(left, top, width, height) {
    const found = this.find(left, top, width, height);
    found?.keys.forEach((key) => {
      if (!this.cells.has(key)) {
        this.cells.set(key, []);
      }

      this.cells.get(key).push(found.box);
    });
    return found !== null;
  }

  find(left, top, width, height) {
    const box = { left: left - (GAP / 2), top: top - (GAP / 2), right: left + width + (GAP / 2), bottom: top + height + (GAP / 2) };
    const keys = [];
    for (let x = Math.floor(box.left / 128); x <= Math.floor(box.right / 128); x++) {
      for (let y = Math.floor(box.top / 32); y <= Math.floor(box.bottom / 32); y++) {
        keys.push(x + "," + y);
      }
    }

    if (keys.some((key) => this.cells.get(key)?.some((other) => box.left < other.right && other.left < box.right
      && box.top < other.bottom && other.top < box.bottom))) {
      return null;
    }

    return { box, keys };
  }
}
