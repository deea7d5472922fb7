import { Labels } from "./labels.js";
import { makeBuffer, orderByDepth, placePoints } from "./paint.js";
import { byId } from "./panel.js";
import { CanvasRenderer } from "./renderer-canvas.js";
import { GlRenderer } from "./renderer-gl.js";

// The two canvases: the points, and above them names, texts and the lasso.

const REST = 250;

/** Draws the map, at most once a frame. */
export class Stage {
  constructor(model, view, grid) {
    this.model = model;
    this.view = view;
    this.canvas = byId("points-canvas");
    this.overlay = byId("labels-canvas");
    this.context = this.overlay.getContext("2d");
    this.buffer = makeBuffer(model.points);
    this.renderer = this.makeRenderer();
    this.labels = new Labels(this.context, model, grid);
    this.lasso = null;
    this.marked = -1;
    this.isPrinting = false;
    this.isMoving = false;
    this.isHeld = false;
    this.isStale = true;
    this.isTurning = false;
    this.ratio = 0;
    this.frame = 0;
    this.rest = 0;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    this.isDark = () => !this.isPrinting && (model.head.theme === "dark" || (model.head.theme === "auto" && dark.matches));
    dark.addEventListener("change", () => this.recolor());
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
  }

  makeRenderer() {
    let renderer;
    try {
      renderer = new GlRenderer(this.canvas, this.buffer.data, this.model.head.isSpatial);
      this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
      this.canvas.addEventListener("webglcontextrestored", () => {
        renderer.prepare();
        this.recolor();
      });
    } catch (problem) {
      console.warn(problem.message);

      // A canvas that once had a context of another kind has no 2-D one.
      const fresh = this.canvas.cloneNode(false);
      this.canvas.replaceWith(fresh);
      this.canvas = fresh;
      renderer = new CanvasRenderer(fresh, this.buffer.data, this.model.head.isSpatial);
    }

    document.documentElement.dataset.renderer = renderer.name;
    return renderer;
  }

  /** Takes over colours, states and the theme. */
  recolor() {
    this.renderer.setColors(this.isDark() ? this.model.grouping.dark : this.model.grouping.light);
    this.model.writeTo(this.buffer);
    this.renderer.update();
    this.request();
  }

  resize() {
    const { clientWidth, clientHeight } = byId("map");
    const ratio = Math.min(3, devicePixelRatio || 1);
    if (clientWidth === this.view.width && clientHeight === this.view.height && ratio === this.ratio) {
      return;
    }

    this.ratio = ratio;
    this.view.resize(clientWidth, clientHeight);
    this.labels.fit(this.view);
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = Math.max(1, Math.round(clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    }

    this.isStale = true;
    this.draw();
  }

  /** Draws what lies above the points at the next frame. */
  requestLabels() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** Draws everything at the next frame; while the view moves, a map of many points shows a part of them. */
  request(isMoving) {
    this.isStale = true;
    if (isMoving === true) {
      this.isMoving = true;
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.settle(), REST);
    }

    this.requestLabels();
  }

  /** Shows all points again once nothing moves. */
  settle() {
    if (this.isHeld) {
      this.rest = setTimeout(() => this.settle(), REST);
      return;
    }

    this.isMoving = false;
    if (this.isTurning) {
      this.isTurning = false;
      orderByDepth(this.buffer, this.model.points);
      this.placed();
    }

    this.request();
  }

  /** Shows points in space from another side; what is costly follows once they rest. */
  turned() {
    this.isTurning = true;
    this.placed();
    this.request(true);
  }

  placed() {
    placePoints(this.buffer, this.model.points);
    this.model.writeTo(this.buffer);
    this.renderer.update();
    this.labels.move(this.view, !this.isTurning);
  }

  theme() {
    return this.isDark()
      ? { isDark: true, ground: "#14161a", soft: "#c9cdd3", pale: "#3a3e46", line: "#8ab4f8" }
      : { isDark: false, ground: "#ffffff", soft: "#3f444d", pale: "#d5d8dd", line: "#1a56c4" };
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { context, view, ratio } = this;
    const theme = this.theme();
    if (this.isStale) {
      this.isStale = false;
      this.renderer.draw(view, theme.pale, ratio, this.isMoving);
    }

    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    if (this.isPrinting) {
      // What WebGL drew is gone by the time the page is printed.
      context.drawImage(this.canvas, 0, 0, view.width, view.height);
    }

    this.labels.draw(view, theme);
    this.drawMark(theme);
    this.drawLasso(theme);
  }

  drawMark(theme) {
    if (this.marked >= 0) {
      const { x, y } = this.model.points;
      this.context.beginPath();
      this.context.arc(this.view.screenX(x[this.marked]), this.view.screenY(y[this.marked]), 9, 0, 2 * Math.PI);
      this.context.lineWidth = 5;
      this.context.strokeStyle = theme.ground;
      this.context.stroke();
      this.context.lineWidth = 2;
      this.context.strokeStyle = theme.line;
      this.context.stroke();
    }
  }

  drawLasso(theme) {
    if (this.lasso !== null) {
      this.context.beginPath();
      this.lasso.forEach(([x, y]) => this.context.lineTo(x, y));
      this.context.closePath();
      this.context.lineWidth = 1.5;
      this.context.strokeStyle = theme.line;
      this.context.fillStyle = theme.line + "22";
      this.context.fill();
      this.context.stroke();
    }
  }

  print(isPrinting) {
    this.isPrinting = isPrinting;
    this.recolor();
    this.draw();
  }
}
