// Texts of all rows as one run of UTF-8 in which a NUL ends each: no object for each text, and half the memory of a string where that has
// two bytes a letter. What is searched is one string, made when it is first asked for.

const END = "\0";

/** A column of texts. */
export class Texts {
  constructor(bytes, count) {
    this.bytes = bytes;
    this.count = count;
    this.decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    this.ends = endsOf(bytes, 0, count);
    this.lower = null;
    this.lowerEnds = null;
  }

  /** Returns the text of a row. */
  at(row) {
    return this.decoder.decode(this.bytes.subarray(row === 0 ? 0 : this.ends[row - 1] + 1, this.ends[row]));
  }

  /** Says whether two rows have the same text. */
  areEqual(row, other) {
    const start = row === 0 ? 0 : this.ends[row - 1] + 1;
    const otherStart = other === 0 ? 0 : this.ends[other - 1] + 1;
    const length = this.ends[row] - start;
    let i = this.ends[other] - otherStart === length ? 0 : -1;
    while (i >= 0 && i < length) {
      i = this.bytes[start + i] === this.bytes[otherStart + i] ? i + 1 : -1;
    }

    return i === length;
  }

  /** Returns the rows whose text holds the query, in order; case does not matter. */
  find(query) {
    if (this.lower === null) {
      this.lower = this.decoder.decode(this.bytes).toLowerCase();

      // Where all is ASCII, a letter is a byte.
      this.lowerEnds = this.lower.length === this.bytes.length ? this.ends : endsOf(this.lower, END, this.count);
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

function endsOf(text, end, count) {
  const ends = new Uint32Array(count);
  let at = -1;
  for (let i = 0; i < count; i++) {
    at = text.indexOf(end, at + 1);
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
