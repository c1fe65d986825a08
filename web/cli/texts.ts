/** What the command says. A sentence is a key here in both languages; `{…}` is filled in. */
const en = {
  help: `poolscope: what a pooling layer does, drawn and done

  poolscope figure CODE [--input 8x9]      draws a layer as SVG, on standard output
  poolscope pool IN OUT --kernel SIZE      pools a picture (PNG or JPEG) or a NumPy array (.npy)
  poolscope help [figure | pool]
  poolscope --version

The words are Chinese where LANG says so, or with --lang zh.`,
  figure: `poolscope figure CODE [options] > figure.svg

  CODE                a layer, as PyTorch, ONNX, Keras or poolscope writes it: "nn.MaxPool2d(3, 2)"
  --input WHAT        8x9 (rows x columns of digits, the default), 3:1,2,3,4,5,6 (columns:numbers,
                      nan, inf and -inf too), or the file of a picture or a .npy
  --at ROW,COLUMN     the cell under the cursor (0,0); CHANNEL,ROW,COLUMN in a picture
  --side SIDE         of that cell: output (the default) or input
  --theme THEME       light (the default) or dark
  --width PIXELS      of the sheet (1160)
  --lang LANGUAGE     of the drawing and of messages: en or zh
  -o, --output FILE   instead of standard output

A file's name may be - for standard input or output.`,
  pool: `poolscope pool IN OUT --kernel SIZE [options]

  IN, OUT             PNG, JPEG or .npy of (C, H, W) or (H, W); OUT's ending says which. A name may be -
                      for standard input or output, which is written in IN's format
  --op OP             max (the default), min, avg or lp
  --kernel SIZE       of the window: 6, or 6,3 for rows,columns
  --stride SIZE       as the kernel, unless given
  --padding SIZE      0; also top,left,bottom,right, valid, same or same_lower
  --dilation SIZE     1
  --ceil-mode         rounds the output's size up
  --no-count-include-pad, --divisor-override N      of avg
  --norm-type P       of lp
  --quality PERCENT   of a JPEG (92)
  --lang LANGUAGE     of messages: en or zh

Channels are pooled independently; padding never counts in the alpha channel. A picture is turned as its Exif says, as in a
browser, keeps its colour profile, and has at most 134 million pixels.`,
  noCommand: "There is no command {name}. poolscope help lists them.",
  unknown: "{option} is not an option of {command}. poolscope help {command} lists them.",
  twice: "{option} is given twice.",
  value: "{option} needs a value.",
  noValue: "{option} takes no value.",
  number: "{option} is {value}, but it must be {wanted}.",
  aNumber: "a number",
  numbers: "one number, or several with commas between them",
  oneOf: "one of {names}",
  needs: "{command} needs {what}. poolscope help {command} says more.",
  tooMany: "{value} is one argument too many.",
  cannotRead: "{file} cannot be read: {why}",
  cannotWrite: "{file} cannot be written: {why}",
  noPicture: "{file} is neither a PNG nor a JPEG, nor a .npy.",
  broken: "{file} is not a whole picture: {why}",
  brokenArray: "{file} is no array that can be read: {why}",
  tooLarge: "{file} is too large: a picture may have at most 134 million pixels, and a side at most a million.",
  cutOff: "its end is missing",
  noHeader: "its header is missing",
  wrongHeader: "its header says what no such file can be",
  wrongChunks: "its parts are too many, too few or in a wrong order",
  wrongRows: "it does not have as many rows as its header says",
  npyType: "its dtype is {type}, which cannot be pooled",
  npyShape: "its shape is ({shape}), but it must be (C, H, W) or (H, W)",
  noPixels: "An array of {shape} makes no picture: it needs uint8 of (H, W), or of 1, 3 or 4 channels.",
  coloursLost: "{file}: its colour profile is not kept, so the result's colours may look different.",
  standardInput: "Standard input",
  standardOutput: "Standard output",
  ending: "{file} must end with .png, .jpg, .jpeg or .npy.",
  figureEnding: "{file} cannot be written: a figure is written as SVG, so its name must not end with {ending}.",
  badInput: "--input is {value}, which is no size (8x9), no numbers (3:1,2,3,4,5,6) and no file.",
};

export type Words = typeof en;

const zh: Words = {
  help: `poolscope：画出池化层在做什么，也直接做池化

  poolscope figure CODE [--input 8x9]      把一层画成 SVG，写到标准输出
  poolscope pool IN OUT --kernel SIZE      对一张图片（PNG 或 JPEG）或一个 NumPy 数组（.npy）做池化
  poolscope help [figure | pool]
  poolscope --version

语言随 LANG，也可以用 --lang en 换成英文。`,
  figure: `poolscope figure CODE [选项] > figure.svg

  CODE                一层的代码，PyTorch、ONNX、Keras 或 poolscope 的写法都行："nn.MaxPool2d(3, 2)"
  --input WHAT        8x9（行 x 列的数字，默认），3:1,2,3,4,5,6（列数:数值，也可以是 nan、inf、-inf），
                      或一个图片文件、.npy 文件
  --at ROW,COLUMN     光标所在的格子（0,0）；图片可用 CHANNEL,ROW,COLUMN
  --side SIDE         这个格子在哪边：output（默认）或 input
  --theme THEME       light（默认）或 dark
  --width PIXELS      画面宽度（1160）
  --lang LANGUAGE     图中和提示的语言：en 或 zh
  -o, --output FILE   写到文件，而不是标准输出

文件名写 - 表示标准输入或标准输出。`,
  pool: `poolscope pool IN OUT --kernel SIZE [选项]

  IN, OUT             PNG、JPEG，或形状为 (C, H, W)、(H, W) 的 .npy；OUT 的格式看扩展名。
                      写 - 表示标准输入或标准输出，标准输出沿用 IN 的格式
  --op OP             max（默认）、min、avg 或 lp
  --kernel SIZE       窗口大小：6，或 6,3 表示 行,列
  --stride SIZE       步幅，默认与 kernel 相同
  --padding SIZE      填充，默认 0；也可以是 上,左,下,右、valid、same 或 same_lower
  --dilation SIZE     空洞，默认 1
  --ceil-mode         输出尺寸向上取整
  --no-count-include-pad、--divisor-override N      用于 avg
  --norm-type P       用于 lp
  --quality PERCENT   JPEG 的质量（92）
  --lang LANGUAGE     提示的语言：en 或 zh

各通道独立池化；填充从不计入 alpha 通道。图片按其 Exif 转正，与浏览器一致；保留颜色配置文件；最多 1.34 亿像素。`,
  noCommand: "没有 {name} 这个命令。poolscope help 列出所有命令。",
  unknown: "{command} 没有 {option} 这个选项。poolscope help {command} 列出所有选项。",
  twice: "{option} 给了两次。",
  value: "{option} 需要一个值。",
  noValue: "{option} 不带值。",
  number: "{option} 是 {value}，但必须是{wanted}。",
  aNumber: "一个数",
  numbers: "一个数，或用逗号隔开的几个数",
  oneOf: "这些之一：{names}",
  needs: "{command} 需要 {what}。详见 poolscope help {command}。",
  tooMany: "多了一个参数：{value}。",
  cannotRead: "无法读取 {file}：{why}",
  cannotWrite: "无法写入 {file}：{why}",
  noPicture: "{file} 既不是 PNG 或 JPEG，也不是 .npy。",
  broken: "{file} 不是一张完整的图片：{why}",
  brokenArray: "{file} 不是可以读取的数组：{why}",
  tooLarge: "{file} 太大：图片最多 1.34 亿像素，每边最多一百万像素。",
  cutOff: "缺少结尾",
  noHeader: "缺少文件头",
  wrongHeader: "文件头的内容不合规范",
  wrongChunks: "文件各部分的数目或次序不对",
  wrongRows: "数据的行数与文件头不符",
  npyType: "其 dtype 是 {type}，无法池化",
  npyShape: "其形状是 ({shape})，但必须是 (C, H, W) 或 (H, W)",
  noPixels: "{shape} 的数组不能写成图片：需要 uint8，形状为 (H, W)，或有 1、3、4 个通道。",
  coloursLost: "{file}：其颜色配置文件没有保留，结果的颜色看起来可能不同。",
  standardInput: "标准输入",
  standardOutput: "标准输出",
  ending: "{file} 必须以 .png、.jpg、.jpeg 或 .npy 结尾。",
  figureEnding: "无法写入 {file}：图形以 SVG 格式写出，文件名不能以 {ending} 结尾。",
  badInput: "--input 是 {value}：既不是尺寸（8x9），也不是数值（3:1,2,3,4,5,6），也不是文件。",
};

export const WORDS = { en, zh } as const;
