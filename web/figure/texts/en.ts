/** The words inside the figure. A sentence is a key here and in zh.ts. `{…}` is filled in. */
export const en = {
  input: "input",
  output: "output",
  back: "looking back",
  window: "the window of out[{row}, {column}]",
  readersOf: "every window that reads in[{row}, {column}]",
  unreadRow: "row {first} is never read",
  unreadRows: "rows {first}–{last} are never read",
  unreadColumn: "column {first} is never read",
  unreadColumns: "columns {first}–{last} are never read",
  unreadCells: "{count} of {all} cells are never read",
  overhangRows: "the last window hangs over by {count}",
  title: "{code}: {input} becomes {output}",
  fromCell: "from in[{row}, {column}], index {index}",
  noTap: "no tap is a real cell",
  values: "… {count} values …",
  feeds: "in[{row}, {column}] is in {count} windows, wins {won}",
  feedsMean: "in[{row}, {column}] is in {count} windows",
  unreadCell: "in[{row}, {column}] is in no window: it is never read",
  windowsOf: "windows of {least} to {most}",
  windowsAll: "windows of {most}",
};
export type Words = typeof en;
