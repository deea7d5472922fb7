// Points that lie at one place and have one text: the text is written once, with their number.

/** Finds the first row of each pile, among those that are shown. */
export class Piles {
  constructor(model, grid) {
    this.model = model;
    this.grid = grid;
    this.clear();
  }

  /** Forgets what is piled up, after points moved or others are shown. */
  clear() {
    this.places = new Map();
    this.counts = new Map();
  }

  /** Returns how many rows the pile has whose first row this is. */
  countOf(row) {
    return this.counts.get(row) ?? 1;
  }

  /** Returns the first rows of the piles in a rectangle, in order, or null where there are more than the limit. */
  within(bounds, limit) {
    const { x, y } = this.model.points;
    const places = new Map();
    this.grid.each(bounds, (row) => {
      if (this.model.isShown(row)) {
        places.set((x[row] * 65536) + y[row], row);
      }

      return places.size <= limit;
    });
    const rows = places.size > limit ? [] : [...places].flatMap(([place, row]) => this.at(place, row));
    return places.size > limit || rows.length > limit ? null : rows.sort((a, b) => a - b);
  }

  /** Returns the first rows of the piles at a place, of which one row is known. */
  at(place, known) {
    if (!this.places.has(place)) {
      const { x, y } = this.model.points;
      const rows = this.grid.within([x[known], y[known], x[known], y[known]], Infinity, (row) => this.model.isShown(row));
      const firsts = new Map();
      for (const row of rows) {
        const text = rows.length > 1 ? this.model.textOf(row) : "";
        if (!firsts.has(text)) {
          firsts.set(text, row);
        }

        const first = firsts.get(text);
        this.counts.set(first, (this.counts.get(first) ?? 0) + 1);
      }

      this.places.set(place, [...firsts.values()]);
    }

    return this.places.get(place);
  }
}
