// How names and texts are written: their font, and where they are cut.

const FONT = "\"Segoe UI\", \"Noto Sans\", \"Helvetica Neue\", \"DejaVu Sans\", Arial, \"Noto Sans CJK JP\", IPAGothic, sans-serif";

export function fontOf(size, isBold) {
  return (isBold ? "600 " : "") + size + "px " + FONT;
}

/** Puts a text on one line. */
function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

/** Cuts a text between grapheme clusters, with an ellipsis. */
export function cut(text, most) {
  if (text.length <= most) {
    return text;
  }

  const letters = [...new Intl.Segmenter().segment(text.slice(0, most * 8))].map((part) => part.segment);
  return letters.length > most ? letters.slice(0, most - 1).join("").trimEnd() + "…" : letters.join("");
}

/** Breaks a text into lines between words; the last is cut. */
export function wrap(text, most, lineCount) {
  const lines = [];
  let rest = oneLine(text);
  while (rest.length > most && lines.length < lineCount - 1) {
    const space = rest.lastIndexOf(" ", most);
    if (space < most / 3) {
      break;
    }

    lines.push(rest.slice(0, space));
    rest = rest.slice(space + 1);
  }

  lines.push(cut(rest, most));
  return lines;
}

/** Says whether a text runs from right to left as a whole, by its first letter: those of the scripts that pictures take for such. */
export function isFromRight(text) {
  return /^\P{L}*(?=\p{L})[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u.test(text);
}
