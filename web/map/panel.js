import { cut } from "./writing.js";

// The panel beside the map: legend, search, colours, selection. Texts of users are always textContent.

/** What the choice of a layer begins with; that of a property is its place alone. */
export const LAYER = "layer";

const FILTER_FROM = 20;
const MOST_ROWS = 400;
const MOST_SELECTED = 200;

export function byId(id) {
  return document.getElementById(id);
}

/** Makes an element. A text that runs from right to left does so in it, and is cut at its end, not at its beginning. */
function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.dir = "auto";
  element.textContent = text;
  return element;
}

/** Returns the columns whose values are shown with a point. */
export function hoverColumns({ columns, head }) {
  return columns.slice(0, head.hoverCount);
}

/** Makes the items of a list of a point's values. */
export function valuesOf(model, row) {
  return hoverColumns(model).flatMap((column) => [make("dt", "", column.name), make("dd", "", column.at(row))]);
}

export function numberText(number) {
  return number.toLocaleString("en-US");
}

/** Fills the panel, and calls the map back with what the user asks for. */
export class Panel {
  constructor(model, actions) {
    this.model = model;
    this.actions = actions;
    this.buttons = new Map();
    byId("filter").addEventListener("input", () => this.showLegend());
    byId("search").addEventListener("input", () => actions.search(byId("search").value));
    byId("search").addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        actions.step(event.shiftKey ? -1 : 1);
      }
    });
    byId("previous").addEventListener("click", () => actions.step(-1));
    byId("next").addEventListener("click", () => actions.step(1));
    byId("noise").addEventListener("change", () => actions.hideNoise(byId("noise").checked));
    byId("color").addEventListener("change", () => actions.colorBy(byId("color").value));
    byId("select-shown").addEventListener("click", () => actions.selectShown());
    byId("copy").addEventListener("click", () => actions.copy());
    byId("save").addEventListener("click", () => actions.save());
    byId("clear").addEventListener("click", () => actions.clear());
    byId("noise-line").hidden = model.head.noise === 0;
    byId("title").title = byId("title").textContent;
    this.fillTable();
  }

  /** Fills the table that screen readers read in place of the map. */
  fillTable() {
    const body = byId("clusters").tBodies[0];
    for (const group of this.model.byCluster.groups.slice(0, MOST_ROWS)) {
      const line = body.insertRow();
      line.insertCell().textContent = group.name;
      line.insertCell().textContent = group.id === 0 ? "" : String(group.number);
      line.insertCell().textContent = numberText(group.count);
      line.insertCell().textContent = ((100 * group.count) / Math.max(1, this.model.count)).toFixed(1) + " %";
    }

    const more = this.model.byCluster.groups.length - MOST_ROWS;
    if (more > 0) {
      body.insertRow().insertCell().textContent = numberText(more) + " smaller clusters follow; the legend's filter finds them.";
    }
  }

  /** Offers the layers and properties that points can be coloured by. */
  fillColors({ layers, columns }) {
    const select = byId("color");
    const offer = (value, text) => {
      const option = make("option", "", text);
      option.value = value;
      select.append(option);
    };
    layers.forEach((layer, i) => {
      const count = layer.groups.filter((group) => group.id > 0).length;
      offer(LAYER + i, `Layer ${i + 1}: ${numberText(count)} ${count === 1 ? "cluster" : "clusters"}`);
    });
    columns.forEach((column, i) => offer(String(i), column.name));
    byId("color-line").hidden = layers.length + columns.length === 0;
  }

  showLegend() {
    const { model } = this;
    const filter = byId("filter").value.trim().toLowerCase();
    const all = model.grouping.groups;
    const groups = filter === "" ? all : all.filter((group) => group.name.toLowerCase().includes(filter));
    byId("filter-line").hidden = all.length <= FILTER_FROM;
    this.buttons.clear();
    const list = byId("legend");
    list.replaceChildren(...groups.slice(0, MOST_ROWS).map((group) => this.legendLine(group)));
    byId("more").textContent = groups.length > MOST_ROWS ? numberText(groups.length - MOST_ROWS) + " more: filter to see them." : "";
    const title = model.column !== null && model.column.isText ? model.column.name : "Clusters";
    byId("legend-title").textContent = cut(title, 40);
    byId("legend-title").title = title;
    this.showRamp();
    this.showPressed();
  }

  legendLine(group) {
    const button = make("button", "group", "");
    button.type = "button";
    button.title = group.name;
    const dot = make("span", "dot", "");
    const isRamp = this.model.column !== null && !this.model.column.isText;
    const color = isRamp ? 0 : group.color;
    dot.style.background = `light-dark(${this.model.grouping.light[color]}, ${this.model.grouping.dark[color]})`;
    dot.hidden = isRamp;
    button.append(dot, make("span", "name", group.name), make("span", "count", numberText(group.count)));
    button.addEventListener("click", (event) => this.actions.isolate(group.id, event.ctrlKey || event.metaKey));
    this.buttons.set(group.id, button);
    const line = document.createElement("li");
    line.append(button);
    return line;
  }

  showRamp() {
    const { column, grouping } = this.model;
    const isRamp = column !== null && !column.isText;
    byId("ramp").hidden = !isRamp;
    if (isRamp) {
      const stops = grouping.light.slice(1).map((color, i) => `light-dark(${color}, ${grouping.dark[i + 1]})`);
      byId("ramp-bar").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
      byId("ramp-low").textContent = column.lowRow < 0 ? "" : column.at(column.lowRow);
      byId("ramp-high").textContent = column.highRow < 0 ? "" : column.at(column.highRow);
      byId("ramp-name").textContent = column.name;
      byId("ramp-name").title = column.name;
    }
  }

  showPressed() {
    const { isolated } = this.model;
    for (const [id, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(isolated.has(id)));
      button.classList.toggle("off", isolated.size > 0 && !isolated.has(id));
    }
  }

  showSearch() {
    const { model } = this;
    if (byId("search").value !== model.query) {
      byId("search").value = model.query;
    }

    byId("found").textContent = model.query === "" ? "" : this.foundText();
    byId("previous").disabled = model.steps.length === 0;
    byId("next").disabled = model.steps.length === 0;
  }

  /** Says how many points are found, how many of these are shown where not all are, and which of them was stepped to. */
  foundText() {
    const { found, steps, foundAt } = this.model;
    const at = foundAt < 0 ? "" : numberText(foundAt + 1) + " of ";
    return at + (steps.length === found.length ? "" : numberText(steps.length) + " shown, ") + numberText(found.length) + " found";
  }

  showSelection() {
    const { model } = this;
    const rows = model.selection;
    byId("selection").hidden = rows === null;
    if (rows === null) {
      byId("rows").replaceChildren();
      return;
    }

    byId("selected").textContent = numberText(rows.length) + (rows.length === 1 ? " point" : " points") + " selected";
    byId("copy").disabled = rows.length === 0;
    byId("save").disabled = rows.length === 0;
    byId("rows").replaceChildren(...Array.from(rows.slice(0, MOST_SELECTED), (row) => {
      const button = make("button", "row", "");
      button.type = "button";
      button.append(make("span", "row-text", model.textOf(row) || "(no text)"), make("span", "row-name", model.nameOf(row)));
      button.addEventListener("click", () => this.actions.goTo(row));
      const line = document.createElement("li");
      line.append(button);
      if (rows.length === 1) {
        const values = make("dl", "values", "");
        values.append(...valuesOf(model, row));
        line.append(values);
      }

      return line;
    }));
    byId("rows-more").textContent = rows.length > MOST_SELECTED
      ? numberText(rows.length - MOST_SELECTED) + " more are in what is copied or saved." : "";
  }

  /** Says something to those who do not see the map. */
  say(text) {
    byId("live").textContent = text;
  }
}
