/** Numbers as people paste them: Python's and JavaScript's lists, printed arrays, MATLAB's rows, cells of a spreadsheet, CSV. */
import { type Grid, MAX_NUMBERS, readNumber } from "../element/pictures.js";

/** A wrapper that says what the list becomes: `x = torch.tensor([[1, 2]], dtype=torch.float32)`, `np.array(…)`. */
const WRAPPER =
  /^(?:(?:const |let |var )?\w+\s*=\s*)?(?:(?:[a-z_]\w*\.)*(?:tensor|array|matrix|Tensor|asarray)\s*\(([\s\S]*)\)|(\[[\s\S]*))$/;
const OPTION = /,\s*\w+\s*=\s*[\w.'"]+\s*(?=,|$)/g;

/** Rows of a list in brackets. Undefined where the brackets hold more than rows and columns. */
function rowsInBrackets(text: string): string[] | undefined {
  const rows: string[] = [];
  const around = text.replace(/\[([^[\]]*)\]/g, (_, row: string) => {
    rows.push(row);
    return " ";
  });
  if (!/^[\s[]*[\s,]*[\s\],]*$/.test(around)) return undefined;
  // MATLAB's rows stand in one pair of brackets.
  return rows.length === 1 && rows[0]?.includes(";") ? rows[0].split(";") : rows;
}

/**
 * The matrix that a text is, or undefined where it is none. A text that is one, but not as wide in every row or too large for the
 * page, gives the name of the sentence that says so.
 */
export function readMatrix(text: string): Grid | "matrix_ragged" | "matrix_large" | undefined {
  const [, inside, bare] = WRAPPER.exec(text.trim().replace(/;$/, "")) ?? [];
  const list = (inside ?? bare ?? text).replace(OPTION, "").trim();
  const lines = list.includes("[") ? rowsInBrackets(list) : list.split(/[;\n]/);
  const rows = lines?.map((line) => line.trim().replace(/,$/, "")).filter((line) => line !== "");
  if (!rows?.length) return undefined;
  const values: number[] = [];
  let width: number | undefined;
  let ragged = false;
  for (const row of rows) {
    const cells = row.split(/\s*[,\t]\s*|\s+/).map(readNumber);
    if (cells.includes(undefined)) return undefined;
    width ??= cells.length;
    ragged ||= width !== cells.length;
    for (const value of cells as number[]) values.push(value);
  }
  if (values.length < 2 || !width) return undefined;
  if (ragged) return "matrix_ragged";
  return values.length > MAX_NUMBERS ? "matrix_large" : { width, values };
}
