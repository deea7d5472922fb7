import { readBlock } from "./data.js";
import { Texts } from "./texts.js";

// The properties of the rows that the page carries: numbers, dates (milliseconds since 1970 by their own clock), or texts.

/** Reads a column of a property. */
export async function readColumn(property, index, count) {
  const isText = property.kind === "text";
  const bytes = await readBlock("property" + index, isText ? 0 : 8 * count);
  return isText ? new TextColumn(property.name, bytes, count) : new NumberColumn(property, bytes, count);
}

/** A column of numbers or dates; what is missing is NaN. */
class NumberColumn {
  constructor(property, bytes, count) {
    this.name = property.name;
    this.isText = false;
    this.isDate = property.kind === "date";
    this.values = new Float64Array(bytes.buffer, 0, count);
    this.low = Infinity;
    this.high = -Infinity;
    this.hasTime = false;
    for (const value of this.values) {
      if (!Number.isNaN(value)) {
        this.low = Math.min(this.low, value);
        this.high = Math.max(this.high, value);
        this.hasTime ||= this.isDate && value % 86_400_000 !== 0;
      }
    }
  }

  at(row) {
    return this.format(this.values[row]);
  }

  format(value) {
    if (Number.isNaN(value)) {
      return "";
    }

    if (!this.isDate) {
      return String(value);
    }

    const text = new Date(value).toISOString();
    return this.hasTime ? text.slice(0, 19).replace("T", " ") : text.slice(0, 10);
  }

  /** Returns where a row's value lies between the lowest (0) and the highest (1); NaN where it is missing. */
  shareOf(row) {
    return this.high > this.low ? (this.values[row] - this.low) / (this.high - this.low) : this.values[row] - this.low;
  }
}

/** A column of texts. */
class TextColumn {
  constructor(name, bytes, count) {
    this.name = name;
    this.isText = true;
    this.texts = new Texts(bytes, count);
  }

  at(row) {
    return this.texts.at(row);
  }
}
