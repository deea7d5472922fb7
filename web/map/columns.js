import { readBlock } from "./data.js";
import { Texts } from "./texts.js";

// The properties of the rows that the page carries: numbers, dates (milliseconds since 1970, of those with an offset by UTC, of others by
// their own clock), or texts. Beside numbers and dates may be texts of those that are to be shown otherwise than the page would write them.

/** Reads a column of a property. */
export async function readColumn(property, index, count) {
  const isText = property.kind === "text";
  const bytes = await readBlock("property" + index, isText ? 0 : 8 * count);
  if (isText) {
    return new TextColumn(property.name, bytes, count);
  }

  const texts = property.hasTexts ? new Texts(await readBlock("property" + index + "-texts", 0), count) : null;
  return new NumberColumn(property, bytes, count, texts);
}

/** A column of numbers or dates; what is missing, or has no place on a ramp, is NaN. */
class NumberColumn {
  constructor(property, bytes, count, texts) {
    this.name = property.name;
    this.isText = false;
    this.isDate = property.kind === "date";
    this.values = new Float64Array(bytes.buffer, 0, count);
    this.texts = texts;
    this.low = Infinity;
    this.high = -Infinity;
    this.lowRow = -1;
    this.highRow = -1;
    this.hasTime = false;
    this.values.forEach((value, row) => {
      if (Number.isNaN(value)) {
        return;
      }

      if (value < this.low) {
        this.low = value;
        this.lowRow = row;
      }

      if (value > this.high) {
        this.high = value;
        this.highRow = row;
      }

      this.hasTime ||= this.isDate && value % 86_400_000 !== 0;
    });
  }

  at(row) {
    const text = this.texts === null ? "" : this.texts.at(row);
    return text === "" ? this.format(this.values[row]) : text;
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
    const span = this.high - this.low;
    if (span === Infinity) {
      // Halves of numbers so large lie as they do.
      return ((this.values[row] / 2) - (this.low / 2)) / ((this.high / 2) - (this.low / 2));
    }

    return span > 0 ? (this.values[row] - this.low) / span : this.values[row] - this.low;
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
