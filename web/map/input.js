// Pointer, wheel, touch and keys on the map.

const CLICK_REACH = 5;
const HOVER_REACH = 10;
const TOUCH_REACH = 22;
const KEY_PAN = 60;

/** As many pixels of a drag turn by some 7 degrees. */
const KEY_TURN = 16;

/** Keys that a focus elsewhere does not take from the map: those of a button or a check box are others. */
const KEYS_ANYWHERE = ["+", "=", "-", "0", ".", ","];

/** Turns what the user does on the map into calls of the map's actions. */
export class Input {
  constructor(element, view, actions) {
    this.element = element;
    this.view = view;
    this.actions = actions;
    this.pointers = new Map();
    this.lasso = null;
    this.moved = 0;
    this.turns = false;
    this.before = null;
    this.beforeFirst = null;
    element.addEventListener("contextmenu", (event) => {
      if (actions.turning !== null) {
        event.preventDefault();
      }
    });
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => this.up(event));
    element.addEventListener("pointercancel", (event) => this.cancel(event));
    element.addEventListener("pointerleave", (event) => {
      // A finger that is lifted leaves too; what it tapped stays pointed out.
      if (event.pointerType !== "touch") {
        actions.hover(-1, -1, 0);
      }
    });
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("click", (event) => {
      // The first click of a double click.
      if (event.detail === 1) {
        this.beforeFirst = this.before;
      }
    });
    element.addEventListener("dblclick", () => {
      actions.restoreSelection(this.beforeFirst);
      actions.reset();
    });
    document.addEventListener("keydown", (event) => {
      const takesLetters = event.target.matches("select, textarea, input:not([type='checkbox'])");
      if (event.key === "Escape") {
        actions.clear();
      } else if (event.key === "/" && !takesLetters) {
        event.preventDefault();
        document.getElementById("search").focus();
      } else if (event.target === element || event.target === document.body || (!takesLetters && KEYS_ANYWHERE.includes(event.key))) {
        this.key(event);
      }
    });
  }

  placeOf(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    const isTurned = this.actions.turning !== null;
    if (event.button !== 0 && !(isTurned && event.button === 2)) {
      return;
    }

    this.turns = isTurned && event.button === 0;

    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const place = this.placeOf(event);
    this.pointers.set(event.pointerId, place);
    this.actions.hold(true);
    this.moved = this.pointers.size > 1 ? Infinity : 0;
    this.lasso = event.shiftKey && this.pointers.size === 1 ? [place] : null;
    event.preventDefault();
  }

  move(event) {
    const place = this.placeOf(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) {
      this.actions.hover(place[0], place[1], HOVER_REACH);
      return;
    }

    this.moved += Math.hypot(place[0] - before[0], place[1] - before[1]);
    if (this.lasso !== null) {
      this.lasso.push(place);
      this.actions.showLasso(this.lasso);
    } else if (this.pointers.size === 1 && this.moved >= CLICK_REACH) {
      this.drag(place[0] - before[0], place[1] - before[1], this.turns);
    } else if (this.pointers.size === 2) {
      this.pinch(event.pointerId, before, place);
    }

    if (this.moved >= CLICK_REACH || this.lasso !== null) {
      this.pointers.set(event.pointerId, place);
    }
  }

  /** Moves the map; one in space is turned instead, unless the right button or Shift asks for the move. */
  drag(screenX, screenY, turns) {
    if (turns) {
      this.actions.turn(screenX, screenY);
    } else {
      this.view.pan(screenX, screenY);
      this.actions.viewChanged();
    }
  }

  pinch(id, before, place) {
    const other = [...this.pointers].find(([key]) => key !== id)[1];
    const middle = [(place[0] + other[0]) / 2, (place[1] + other[1]) / 2];
    const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
    const is = Math.hypot(place[0] - other[0], place[1] - other[1]);
    this.view.pan((place[0] - before[0]) / 2, (place[1] - before[1]) / 2);
    if (was > 0 && is > 0) {
      this.view.zoomAt(middle[0], middle[1], is / was);
    }

    this.actions.viewChanged();
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) {
      return;
    }

    this.actions.hold(this.pointers.size > 0);
    const place = this.placeOf(event);
    this.before = this.actions.model.selection;
    if (this.lasso !== null) {
      const lasso = this.lasso;
      this.lasso = null;
      this.actions.showLasso(null);
      if (lasso.length > 2) {
        this.actions.select(lasso);
      }
    } else if (this.moved < CLICK_REACH && event.button === 0) {
      this.actions.click(place[0], place[1], event.pointerType === "touch" ? TOUCH_REACH : HOVER_REACH);
    }
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    this.actions.hold(this.pointers.size > 0);
    this.lasso = null;
    this.actions.showLasso(null);
  }

  wheel(event) {
    event.preventDefault();
    const [x, y] = this.placeOf(event);
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;

    // A pinch on a touch pad comes as a wheel with Ctrl, in small numbers.
    const speed = event.ctrlKey ? 0.01 : 0.002;
    this.view.zoomAt(x, y, Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) * speed));
    this.actions.viewChanged();
  }

  key(event) {
    const { view, actions } = this;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "a" && !event.altKey) {
        event.preventDefault();
        actions.selectShown();
      }

      return;
    }

    const turns = actions.turning !== null && !event.shiftKey;
    const way = turns ? -KEY_TURN : KEY_PAN;
    const keys = {
      ArrowLeft: () => this.drag(way, 0, turns),
      ArrowRight: () => this.drag(-way, 0, turns),
      ArrowUp: () => this.drag(0, way, turns),
      ArrowDown: () => this.drag(0, -way, turns),
      "+": () => view.zoomAt(view.width / 2, view.height / 2, 1.25),
      "=": () => view.zoomAt(view.width / 2, view.height / 2, 1.25),
      "-": () => view.zoomAt(view.width / 2, view.height / 2, 0.8),
    };
    if (keys[event.key] !== undefined) {
      event.preventDefault();
      keys[event.key]();
      actions.viewChanged();
    } else if (event.key === "0") {
      actions.reset();
    } else if (event.key === "." || event.key === ",") {
      actions.walk(event.key === "." ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      actions.selectWalked();
    }
  }
}
