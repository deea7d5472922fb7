import { byId } from "./panel.js";

// What shows beside a point: its cluster's name, its whole text and its properties.

/** The box beside a point. */
export class Tip {
  constructor(model, hoverCount) {
    this.model = model;
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
      byId("tip-text").textContent = this.model.textOf(row);
      byId("tip-values").replaceChildren(...this.model.columns.slice(0, this.hoverCount).flatMap((column) => {
        const name = document.createElement("dt");
        name.textContent = column.name;
        const value = document.createElement("dd");
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
    return [this.model.nameOf(row), this.model.textOf(row), ...values].join(". ");
  }
}
