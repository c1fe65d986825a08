import type { Words } from "./en.js";

export const zh: Words = {
  input: "输入",
  output: "输出",
  back: "反向看",
  window: "out[{row}, {column}] 的窗口",
  readersOf: "读取 in[{row}, {column}] 的所有窗口",
  unreadRow: "第 {first} 行从未被读取",
  unreadRows: "第 {first}–{last} 行从未被读取",
  unreadColumn: "第 {first} 列从未被读取",
  unreadColumns: "第 {first}–{last} 列从未被读取",
  unreadCells: "{all} 个格子中有 {count} 个从未被读取",
  overhangRows: "最后一个窗口超出边缘 {count} 格",
  title: "{code}:{input} 变为 {output}",
  fromCell: "来自 in[{row}, {column}],索引 {index}",
  noTap: "没有一个取样点落在真实格子上",
  values: "… 共 {count} 个值 …",
  feeds: "in[{row}, {column}] 属于 {count} 个窗口,胜出 {won} 个",
  feedsMean: "in[{row}, {column}] 属于 {count} 个窗口",
  unreadCell: "in[{row}, {column}] 不属于任何窗口:从未被读取",
  windowsOf: "窗口长 {least} 到 {most}",
  windowsAll: "窗口长 {most}",
};
