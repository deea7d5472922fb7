// Texts of all rows as one string, in which a NUL ends each: no object for each text, and one search over all.

const END = "\0";

/** A column of texts. */
export class Texts {
  constructor(buffer, count) {
    this.count = count;
    this.all = new TextDecoder("utf-8", { ignoreBOM: true }).decode(buffer);
    this.ends = endsOf(this.all, count);
    this.lower = null;
    this.lowerEnds = null;
  }

  /** Returns the text of a row. */
  at(row) {
    return this.all.slice(row === 0 ? 0 : this.ends[row - 1] + 1, this.ends[row]);
  }

  /** Returns the rows whose text holds the query, in order; case does not matter. */
  find(query) {
    if (this.lower === null) {
      // A letter may become two, so that the ends move.
      this.lower = this.all.toLowerCase();
      this.lowerEnds = this.lower.length === this.all.length ? this.ends : endsOf(this.lower, this.count);
    }

    const needle = query.toLowerCase().split(END).join("");
    const found = [];
    let row = 0;
    let at = needle === "" ? -1 : this.lower.indexOf(needle);
    while (at >= 0) {
      row = firstAtLeast(this.lowerEnds, at, row);
      found.push(row);
      at = this.lower.indexOf(needle, this.lowerEnds[row] + 1);
    }

    return found;
  }
}

function endsOf(text, count) {
  const ends = new Uint32Array(count);
  let at = -1;
  for (let i = 0; i < count; i++) {
    at = text.indexOf(END, at + 1);
    ends[i] = at;
  }

  return ends;
}

function firstAtLeast(sorted, value, from) {
  let low = from;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }

  return low;
}
