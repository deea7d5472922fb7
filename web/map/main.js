import { readAddress, writeAddress } from "./address.js";
import { readColumn } from "./columns.js";
import { copyText, saveText, tableOf } from "./csv.js";
import { collectGarbage, readBlock, readHead, readPoints } from "./data.js";
import { Grid } from "./grid.js";
import { Input } from "./input.js";
import { Model } from "./model.js";
import { LAYER, Panel, byId, numberText } from "./panel.js";
import { Stage } from "./stage.js";
import { Texts } from "./texts.js";
import { Tip } from "./tip.js";
import { Turning } from "./turning.js";
import { View } from "./view.js";

// The page: points are shown first, texts and properties come after.

class Page {
  constructor(head, points) {
    this.head = head;
    this.model = new Model(head, points);
    this.view = new View(head);
    this.turning = head.isSpatial
      ? new Turning(points, [this.model.byCluster, ...this.model.layers].map(({ groups }) => groups))
      : null;
    this.grid = new Grid(points);
    this.stage = new Stage(this.model, this.view, this.grid);
    this.tip = new Tip(this.model, this.grid);
    this.panel = new Panel(this.model, this);
    this.input = new Input(byId("map"), this.view, this);
    this.walked = [];
    this.written = null;
    this.timer = 0;
    if (head.isSpatial) {
      byId("drag-text").textContent = "Drag or arrow keys: turn. Right button, two fingers, or Shift and arrow keys: move.";
    }

    this.panel.showLegend();
    this.stage.recolor();
    this.stage.resize();
    new ResizeObserver(() => this.stage.resize()).observe(byId("map"));
  }

  /** Decodes texts and properties. */
  async readRest() {
    this.model.texts = new Texts(await readBlock("texts", 0), this.model.count);
    this.model.columns = await Promise.all(
      this.head.properties.map((property, i) => readColumn(property, i, this.model.count)));
    this.panel.fillColors(this.model);
    if (location.hash.length > 1 || this.head.colorBy !== "") {
      this.restore();
    }

    this.stage.draw();

    addEventListener("hashchange", () => {
      if (location.hash.slice(1) !== this.written) {
        this.restore();
      }
    });
  }

  /** Shows what the address says. */
  restore() {
    const { model, head } = this;
    const read = readAddress(location.hash);
    const color = model.columns.findIndex((column) => column.name === (read.color ?? head.colorBy));
    this.setColor(model.layers[read.layer - 1] !== undefined ? LAYER + (read.layer - 1) : color < 0 ? "" : String(color));
    model.clear();
    const { isNumbered, groups } = model.grouping;
    for (const group of groups) {
      if (isNumbered ? read.clusters.includes(group.number) : read.groups.includes(group.name)) {
        model.isolated.add(group.id);
      }
    }

    for (const group of isNumbered ? [] : model.byCluster.groups) {
      if (read.clusters.includes(group.number)) {
        model.kept.add(group.id);
      }
    }

    model.hidesNoise = read.hidesNoise;
    byId("noise").checked = read.hidesNoise;
    model.search(read.query);
    this.view.reset();
    if (this.turning !== null) {
      this.turning.turnTo(...(read.turn ?? [0, 0]));
      this.turned();
    }

    if (read.view !== null) {
      [this.view.x, this.view.y] = read.view;
      this.view.zoomAt(this.view.width / 2, this.view.height / 2, read.view[2]);
    }

    this.written = location.hash.slice(1);
    this.changed("");
  }

  /** Shows a change of what is isolated, found or selected. */
  changed(sentence) {
    const { model } = this;
    model.apply();
    this.stage.labels.reset();
    this.stage.marked = -1;
    this.walked = [];
    this.tip.show(-1);
    this.stage.recolor();
    this.panel.showPressed();
    this.panel.showSearch();
    this.panel.showSelection();
    const isAll = model.isolated.size === 0 && model.kept.size === 0 && model.query === "" && model.selection === null
      && !model.hidesNoise;
    const shown = isAll ? model.count : model.countShown();
    byId("shown").textContent = isAll ? "" : numberText(shown) + " of " + numberText(model.count) + " shown";
    this.panel.say(sentence === "" ? byId("shown").textContent : sentence);
    this.keepAddress();
  }

  keepAddress() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const text = writeAddress(this.model, this.view, this.turning);
      if (text !== this.written) {
        this.written = text;
        history.replaceState(null, "", "#" + text);
      }
    }, 200);
  }

  viewChanged() {
    this.tip.show(-1);
    this.stage.request(true);
    this.keepAddress();
  }

  hold(isHeld) {
    this.stage.isHeld = isHeld;
  }

  /** Turns points in space, by a drag of so many pixels. */
  turn(screenX, screenY) {
    this.turning.turn(screenX, screenY);
    this.turned();
    this.viewChanged();
  }

  /** Shows points in space from where they were turned to. */
  turned() {
    this.grid.isStale = true;
    this.walked = [];
    this.stage.turned();
  }

  reset() {
    this.view.reset();
    if (this.turning?.isTurned()) {
      this.turning.reset();
      this.turned();
    }

    this.viewChanged();
    this.panel.say("The whole map is shown.");
  }

  clear() {
    byId("filter").value = "";
    this.model.clear();
    this.panel.showLegend();
    this.changed("All " + numberText(this.model.count) + " points are shown.");
  }

  isolate(id, adds) {
    this.model.isolate(id, adds);
    this.changed("");
  }

  hideNoise(isHidden) {
    this.model.hidesNoise = isHidden;
    this.changed("");
  }

  search(query) {
    this.model.search(query);
    this.changed(query === "" ? "" : numberText(this.model.found.length) + " found");
  }

  /** Goes to the next or the last point that is found and shown. */
  step(direction) {
    const { steps, foundAt } = this.model;
    if (steps.length > 0) {
      const at = foundAt < 0 && direction < 0 ? steps.length - 1 : (foundAt + direction + steps.length) % steps.length;
      this.model.foundAt = at;
      this.panel.showSearch();
      this.goTo(steps[at]);
    }
  }

  /** Brings a point into the middle, with some sixty others around it. */
  goTo(row) {
    const { x, y } = this.model.points;
    this.view.goTo(x[row], y[row], Math.min(60, Math.max(1, Math.sqrt(this.model.count / 60))));
    this.viewChanged();
    this.point(row);
  }

  point(row) {
    const { x, y } = this.model.points;
    this.stage.marked = row;
    this.stage.requestLabels();
    this.tip.show(row, this.view.screenX(x[row]), this.view.screenY(y[row]));
    this.panel.say(this.tip.sentence(row));
  }

  rowAt(x, y, reach) {
    return reach === 0 ? -1 : this.grid.nearest(this.view, x, y, reach, (row) => this.model.isShown(row));
  }

  hover(x, y, reach) {
    const row = this.rowAt(x, y, reach);
    byId("map").classList.toggle("on-point", row >= 0);
    if (this.stage.marked !== row) {
      this.stage.marked = row;
      this.stage.requestLabels();
    }

    this.tip.show(row, x, y);
  }

  click(x, y, reach) {
    const row = this.rowAt(x, y, reach);
    if (row >= 0) {
      this.selectRows(Uint32Array.of(row));
      this.point(row);
    }
  }

  /** Takes back what the clicks of a double click selected. */
  restoreSelection(selection) {
    if (this.model.selection !== selection) {
      this.model.selection = selection;
      this.changed("");
    }
  }

  showLasso(places) {
    this.stage.lasso = places;
    this.stage.requestLabels();
  }

  select(polygon) {
    this.selectRows(this.grid.inside(this.view, polygon, (row) => this.model.isShown(row)));
  }

  /** Selects all that is neither hidden nor pale in the part of the map that is on the screen. */
  selectShown() {
    this.selectRows(this.grid.all(this.view.bounds(), (row) => this.model.isShown(row)));
  }

  selectRows(rows) {
    this.model.selection = rows;
    this.changed(numberText(rows.length) + " selected");
  }

  /** Steps through the points on the screen, from the middle outwards. */
  walk(direction) {
    const { view, model } = this;
    const { x, y } = model.points;
    if (this.stage.marked < 0 || this.walked.length === 0) {
      const rows = this.grid.all(view.bounds(), (row) => model.isShown(row));
      const far = (row) => Math.hypot(view.screenX(x[row]) - (view.width / 2), view.screenY(y[row]) - (view.height / 2));
      this.walked = Array.from(rows, (row) => [far(row), row]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((pair) => pair[1]);
      this.walkedAt = direction > 0 ? -1 : 0;
    }

    if (this.walked.length > 0) {
      this.walkedAt = (this.walkedAt + direction + this.walked.length) % this.walked.length;
      this.point(this.walked[this.walkedAt]);
    }
  }

  selectWalked() {
    const row = this.stage.marked;
    if (row >= 0) {
      this.selectRows(Uint32Array.of(row));
      this.point(row);
    }
  }

  colorBy(value) {
    this.setColor(value);
    this.changed("");
  }

  setColor(value) {
    const { model } = this;
    model.showAll();
    if (value === "") {
      model.colorByCluster();
    } else if (value.startsWith(LAYER)) {
      model.colorByClusters(model.layers[Number(value.slice(LAYER.length))]);
    } else {
      model.colorByColumn(model.columns[Number(value)]);
    }

    byId("color").value = value;
    byId("filter").value = "";
    this.panel.showLegend();
  }

  async copy() {
    const text = tableOf(this.model, this.model.selection, "\t");
    await copyText(text);
    this.panel.say(numberText(this.model.selection.length) + " rows are copied.");
  }

  save() {
    saveText(tableOf(this.model, this.model.selection, ","), "selection.csv");
    this.panel.say(numberText(this.model.selection.length) + " rows are saved.");
  }
}

async function start() {
  const head = readHead();
  const page = new Page(head, await readPoints(head));
  document.documentElement.dataset.ready = "points";

  // After the points are on the screen.
  await new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
  if (document.readyState === "loading") {
    await new Promise((resolve) => {
      document.addEventListener("DOMContentLoaded", resolve, { once: true });
    });
  }

  await page.readRest();
  document.documentElement.dataset.ready = "all";
  globalThis.clusterMap = page;
  collectGarbage();
}

start().catch((problem) => {
  byId("problem").textContent = "The map cannot be shown: " + problem.message;
  byId("problem").hidden = false;
  throw problem;
});
