import { byId, numberText } from "./panel.js";

// What shows beside a point: its cluster's name, its whole text and its properties.

/** The box beside a point. */
export class Tip {
  constructor(model, grid, hoverCount) {
    this.model = model;
    this.grid = grid;
    this.hoverCount = hoverCount;
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
      byId("tip-name").textContent = this.model.nameOf(row);
      byId("tip-text").textContent = this.textOf(row);
      byId("tip-values").replaceChildren(...this.model.columns.slice(0, this.hoverCount).flatMap((column) => {
        const name = document.createElement("dt");
        name.dir = "auto";
        name.textContent = column.name;
        const value = document.createElement("dd");
        value.dir = "auto";
        value.textContent = column.at(row);
        return [name, value];
      }));
    }

    const { offsetWidth, offsetHeight } = tip;
    const { clientWidth, clientHeight } = byId("map");
    const left = x + 16 + offsetWidth > clientWidth ? x - 16 - offsetWidth : x + 16;
    const top = y + 16 + offsetHeight > clientHeight ? y - 16 - offsetHeight : y + 16;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = Math.max(4, top) + "px";
  }

  /** Says the same in one sentence. */
  sentence(row) {
    const values = this.model.columns.slice(0, this.hoverCount).map((column) => column.name + ": " + column.at(row));
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
