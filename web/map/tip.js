import { byId, hoverColumns, numberText, valuesOf } from "./panel.js";

// What shows beside a point: its cluster's name, its text and its properties. Where all of it has no room, the text is cut, not the rest;
// the panel has the whole of a point that is clicked.

/** A text of so many letters is written smaller, on longer lines. */
const LONG = 500;

/** So much of a text is seen at least, in pixels. */
const LEAST_HEIGHT = 40;

/** The box beside a point. */
export class Tip {
  constructor(model, grid) {
    this.model = model;
    this.grid = grid;
    this.row = -1;
  }

  show(row, x, y) {
    const tip = byId("tip");
    tip.hidden = row < 0;
    if (row < 0) {
      this.row = -1;
      return;
    }

    if (row !== this.row) {
      this.row = row;
      const text = this.textOf(row);
      byId("tip-name").textContent = this.model.nameOf(row);
      byId("tip-text").textContent = text;
      byId("tip-values").replaceChildren(...valuesOf(this.model, row));
      tip.classList.toggle("long", text.length > LONG);
      tip.classList.remove("tight");
      byId("tip-more").hidden = false;

      // Many values have a line each, so that all of them and the beginning of the text are seen.
      const { clientHeight, scrollHeight } = byId("tip-text");
      tip.classList.toggle("tight", clientHeight < Math.min(scrollHeight, LEAST_HEIGHT));
      byId("tip-more").hidden = ![byId("tip-text"), ...byId("tip-values").children].some(overflows);
    }

    const { offsetWidth, offsetHeight } = tip;
    const map = byId("map");
    const left = x + 16 + offsetWidth > map.clientWidth ? x - 16 - offsetWidth : x + 16;
    const top = y + 16 + offsetHeight > map.clientHeight ? y - 16 - offsetHeight : y + 16;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = Math.max(4, top) + "px";
  }

  /** Says the same in one sentence. */
  sentence(row) {
    const values = hoverColumns(this.model).map((column) => column.name + ": " + column.at(row));
    return [this.model.nameOf(row), this.textOf(row), ...values].join(". ");
  }

  /** Returns the text of a row, with the number of points for which its mark stands: those shown there that have this text. */
  textOf(row) {
    const { model } = this;
    const text = model.textOf(row);
    const { x, y } = model.points;
    let count = 0;
    this.grid.each([x[row], y[row], x[row], y[row]], (other) => {
      count += other === row || (model.isShown(other) && model.hasSameText(row, other)) ? 1 : 0;
    });
    return count > 1 ? (text + " ×" + numberText(count)).trimStart() : text;
  }
}

function overflows({ scrollHeight, clientHeight }) {
  return scrollHeight > clientHeight + 1;
}
