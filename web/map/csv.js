// Rows as a table for a spreadsheet. A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does what
// would begin a cell of its own, and be run, in a spreadsheet that splits at another separator, whatever stands in quotes. The rule is that
// of FlatValue.cs, and a test holds the two together.

const NUMBER = /^[ \v\f]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?[ \v\f]*$/i;

/** What begins like a formula, a blank beginning before a tab or a line break, and a cell within a text that could be run. */
const FORMULA = new RegExp(
  "^[^\\S\\t\\r\\n]*(?=[\\t\\r\\n])|^(?:[\"\\x85]|[^\\S\\t\\r\\n])*[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]|"
    + "(?<=[,;\\t\\r\\n])(?:[\"\\x85]|[^\\S\\t\\r\\n])*(?:[=@\\uFF1D\\uFF20]|[+\\-\\uFF0B\\uFF0D](?:[\\p{L}(\\uFF08]|"
    + "[^,;\\t\\r\\n]*(?:[\\p{L}\\p{N}_.][(\\uFF08]|\\||'[!#]|\\][\\p{L}\\p{N}_.]*!)|"
    + "(?:[^,;\\t\\r\\n]*[^\\p{L}\\p{N}_.\\s,;])?[^\\S\\t\\r\\n]*[\\p{L}_][\\p{L}\\p{N}_.]*[^\\S\\t\\r\\n]+[(\\uFF08]))",
  "gu");

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

/** Puts an apostrophe before all that is a formula where a cell may begin; a list of numbers as a whole is none. */
function defused(text) {
  return text.split(/[,;\t\r\n]/).every((part) => NUMBER.test(part)) ? text : text.replace(FORMULA, "'$&");
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
