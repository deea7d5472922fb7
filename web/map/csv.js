// Rows as a table for a spreadsheet. A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does what
// would begin a cell of its own in a spreadsheet that splits at another separator, whatever stands in quotes.

/** Commas, semicolons, tabs and line breaks part cells or lines; kept by split. */
const PARTS = /([,;\t\n]|\r\n?)/;
const FORMULA = /^["\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Returns the rows of a selection: a line of titles, then a line for each. */
export function tableOf(model, rows, separator) {
  const titles = ["Row", "Cluster", "Name", "Text", ...model.columns.map((column) => column.name)];
  const lines = [titles.map(field).join(separator)];
  for (const row of rows) {
    const fields = [String(row + 1), String(model.numberOf(row)), field(model.nameOf(row)), field(model.textOf(row))];
    for (const column of model.columns) {
      const value = column.at(row);
      fields.push(column.isText || column.isDate ? field(value) : quoted(value));
    }

    lines.push(fields.join(separator));
  }

  return lines.join("\r\n") + "\r\n";
}

function field(text) {
  return quoted(defused(text));
}

function quoted(text) {
  return /[",;\t\r\n]/.test(text) ? "\"" + text.replaceAll("\"", "\"\"") + "\"" : text;
}

/** Puts an apostrophe before all that is a formula where a cell may begin; a text that is a number as a whole is none. */
function defused(text) {
  if (NUMBER.test(text.trim())) {
    return text;
  }

  const parts = text.split(PARTS);
  for (let i = 0; i < parts.length; i += 2) {
    if (FORMULA.test(parts[i]) || (parts[i].trim() === "" && isTabOrBreak(parts, i))) {
      parts[i] = "'" + parts[i];
    }
  }

  return parts.join("");
}

/** Says whether a blank cell begins a text before a tab or a line break, or stands between a comma or semicolon and a tab or CR. */
function isTabOrBreak(parts, i) {
  const next = parts[i + 1] ?? "";
  return i === 0 ? /[\t\r\n]/.test(next) : /[,;]/.test(parts[i - 1]) && /^[\t\r]$/.test(next);
}

/** Copies a text. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Saves a text as a file. */
export function saveText(text, name) {
  // The mark at the start says to spreadsheets that this is UTF-8.
  const blob = new Blob(["\uFEFF", text], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
