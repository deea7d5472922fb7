// Rows as a table for a spreadsheet. A text that a spreadsheet would take for a formula gets an apostrophe before it.

const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/** Returns the rows of a selection: a line of titles, then a line for each. */
export function tableOf(model, rows, separator) {
  const titles = ["Row", "Cluster", "Name", "Text", ...model.columns.map((column) => column.name)];
  const lines = [titles.map((title) => field(title, separator)).join(separator)];
  for (const row of rows) {
    const fields = [String(row + 1), String(model.numberOf(row)), field(model.nameOf(row), separator), field(model.textOf(row), separator)];
    for (const column of model.columns) {
      const value = column.at(row);
      fields.push(column.isText || column.isDate ? field(value, separator) : quoted(value, separator));
    }

    lines.push(fields.join(separator));
  }

  return lines.join("\r\n") + "\r\n";
}

function field(text, separator) {
  return quoted(FORMULA.test(text) ? "'" + text : text, separator);
}

function quoted(text, separator) {
  return /["\r\n]/.test(text) || text.includes(separator) ? "\"" + text.replaceAll("\"", "\"\"") + "\"" : text;
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
