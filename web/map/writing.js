// How names and texts are written: their font, how they are folded, and where they are cut; as in a picture, so that both read the same.

const FONT = "\"Segoe UI\", \"Noto Sans\", \"Helvetica Neue\", \"DejaVu Sans\", Arial, \"Noto Sans CJK JP\", IPAGothic, sans-serif";
const ELLIPSIS = "…";

/** As much of a text is looked at to write it as a label. */
const MOST_READ = 2000;

/** Unicode's East Asian Width "W" and "F", and the emoji. */
const WIDE = new RegExp(
  "[\\u1100-\\u115F\\u2E80-\\uA4CF\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE30-\\uFE6F\\uFF00-\\uFF60\\uFFE0-\\uFFE6\\u{1F000}-\\u{1FAFF}"
    + "\\u{20000}-\\u{3FFFD}]", "u");
const KATAKANA = /^[\u30A1-\u30FE\uFF66-\uFF9F]/;
const LETTER = /^[\p{L}\p{Nd}]/u;
const DASH = /^\p{Pd}/u;
const DOUBLING = /^[\u3063\u30C3\uFF6F]/;
const OPENING = /^[\p{Ps}\p{Pi}]/u;
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}]/u;

/**
 * What begins no word: marks and what is not seen; the classes CJ and NS of Unicode's line breaking (UAX 14), which are the sign of a long
 * vowel, small kana, and signs of repetition and voicing; and ん and ン.
 */
const BEGINS_NO_WORD = new RegExp(
  "^[\\p{M}\\p{Cf}\\u3005\\u303B\\u309B-\\u309E\\u30A0\\u30FB-\\u30FE"
    + "\\u3041\\u3043\\u3045\\u3047\\u3049\\u3063\\u3083\\u3085\\u3087\\u308E\\u3095\\u3096"
    + "\\u30A1\\u30A3\\u30A5\\u30A7\\u30A9\\u30C3\\u30E3\\u30E5\\u30E7\\u30EE\\u30F5\\u30F6"
    + "\\u31F0-\\u31FF\\uFF65\\uFF67-\\uFF70\\uFF9E\\uFF9F\\u3093\\u30F3\\uFF9D]", "u");

const SEGMENTER = new Intl.Segmenter();

export function fontOf(size, isBold) {
  return (isBold ? "600 " : "") + size + "px " + FONT;
}

/** Cuts a text between grapheme clusters, with an ellipsis. */
export function cut(text, most) {
  if (text.length <= most) {
    return text;
  }

  const letters = [...SEGMENTER.segment(text.slice(0, most * 8))].map((part) => part.segment);
  return letters.length > most ? letters.slice(0, most - 1).join("").trimEnd() + ELLIPSIS : letters.join("");
}

/**
 * Folds a text into lines of so many columns, of which a wide character takes two: at spaces where there are any, else where a line may
 * end. The last line is cut, between grapheme clusters, with an ellipsis. A text of white space is one empty line.
 */
export function wrap(text, width, lineCount) {
  const lines = [];
  let rest = oneLine(text);
  while (rest !== "" && lines.length < lineCount) {
    const { fits, space } = measure(rest, width);
    if (fits === rest.length) {
      lines.push(rest);
      break;
    }

    if (lines.length === lineCount - 1) {
      const { fits: most, space: before } = measure(rest, width - 1);
      lines.push(rest.slice(0, before * 2 > most ? before : most).trimEnd().replace(/[,;:]+$/, "").trimEnd() + ELLIPSIS);
      break;
    }

    const end = space > 0 ? space : endWithoutSpace(rest, fits, width);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }

  return lines.length === 0 ? [""] : lines;
}

/** Folds a name into so many lines at most, as even as its words allow, of `least` to `most` columns. */
export function wrapName(name, least, most, lineCount) {
  const text = oneLine(name);
  const words = text.split(" ");
  const columns = columnsOf(text);

  // A word is broken where it is longer than a line, or where it is the whole name and has wide characters.
  const isWideWord = words.length === 1 && columns > text.length;
  const longest = isWideWord ? 0 : Math.max(0, ...words.map(columnsOf).filter((word) => word <= most));
  let width = Math.min(most, Math.max(least, longest, Math.floor(columns / lineCount) + 2));
  let lines = wrap(text, width, lineCount);
  while (width < most && lines.at(-1).endsWith(ELLIPSIS)) {
    lines = wrap(text, ++width, lineCount);
  }

  return lines;
}

/** Says whether a text runs from right to left as a whole, by its first letter: those of the scripts that pictures take for such. */
export function isFromRight(text) {
  return /^\P{L}*(?=\p{L})[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u.test(text);
}

/** Puts a text on one line. Spaces at which no line may end stay what they are. */
function oneLine(text) {
  return text.slice(0, MOST_READ).replace(/[^\S\u00A0\u202F]+/g, " ").trim();
}

/** Returns a text's grapheme clusters, one after the other. */
function* elementsOf(text) {
  if (/^[ -~]*$/.test(text)) {
    yield* text;
    return;
  }

  for (const { segment } of SEGMENTER.segment(text)) {
    yield segment;
  }
}

export function columnsOf(text) {
  let columns = 0;
  for (const element of elementsOf(text)) {
    columns += columnsOfElement(element);
  }

  return columns;
}

/** The first character decides. */
function columnsOfElement(element) {
  return element > "\u10FF" && WIDE.test(String.fromCodePoint(element.codePointAt(0))) ? 2 : 1;
}

/** Returns how much of a text fits, and where its last space within that is; 0 where there is none. */
function measure(text, width) {
  let columns = 0;
  let at = 0;
  let space = 0;
  for (const element of elementsOf(text)) {
    if (element === " ") {
      space = at;
    }

    columns += columnsOfElement(element);
    if (columns > width && at > 0) {
      return { fits: at, space };
    }

    at += element.length;
  }

  return { fits: text.length, space };
}

/** Returns where a line ends that has no space. A few characters alone on the last line look lost: two even lines then. */
function endWithoutSpace(text, fits, width) {
  const end = lastBreak(text, fits, width);
  return columnsOf(text.slice(end)) * 4 < width ? lastBreak(text, measure(text, Math.floor((columnsOf(text) + 1) / 2)).fits, width) : end;
}

/**
 * Returns the last place in the second half of what fits where a line may end; between words a little before that too, where the next
 * word has a line then.
 */
function lastBreak(text, fits, width) {
  const columns = columnsOf(text.slice(0, fits));
  const leastOf = (share) => measure(text.slice(0, fits), Math.floor(columns / share)).fits;
  const { end, isBetweenWords } = lastBefore(text, leastOf(5), fits);
  return isBetweenWords && columnsOf(text.slice(end).split(" ")[0]) <= width ? end : lastBefore(text, leastOf(2), fits).end;
}

/** Returns the last place from `least` to `fits` where a line may end, and whether no word is parted there but after a hyphen. */
function lastBefore(text, least, fits) {
  const elements = [...elementsOf(text.slice(0, fits))];
  let strict = 0;
  let at = fits;
  for (let i = elements.length - 1; i >= 0 && at >= least; i--) {
    const [before, after] = [elements[i], text.slice(at)];
    if (!OPENING.test(before) && !DOUBLING.test(before) && !CLOSING.test(after) && !DASH.test(after) && !BEGINS_NO_WORD.test(after)) {
      strict ||= at;
      if (!isWithinWord(before, after)) {
        return { end: at, isBetweenWords: true };
      }
    }

    at -= elements[i].length;
  }

  return { end: strict || fits, isBetweenWords: false };
}

/** Says whether a word in katakana or in narrow letters, which stays whole where it can, goes on. */
function isWithinWord(before, after) {
  return (KATAKANA.test(before) && KATAKANA.test(after)) || (isNarrowWord(before) && isNarrowWord(after));
}

function isNarrowWord(text) {
  return LETTER.test(text) && columnsOfElement(text) === 1;
}
