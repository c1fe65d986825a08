/**
 * 1-d layers in PyTorch's words. Their window is one of two axes that is one row high, so they are drawn as strips of numbers: each row
 * is a channel.
 */

import type { Tensor } from "../module/index.js";
import { snake } from "../module/operators.js";
import { allParameters, type Layer, type LayerName, methodName, operator, print, type Size } from "./code.js";
import type { Pooling } from "./compute.js";
import { bind, layerOf } from "./frameworks/framework.js";
import { CodeError, LONGEST_CALL, readArguments, type Value } from "./frameworks/parse.js";
import { signatureOf } from "./frameworks/pytorch-class.js";

const LINE = /^\s*(?:(?:torch\.)?nn\.)?((?:Adaptive)?(?:Max|Avg)|LP)Pool1d\s*(?=\()/;

/** A 1-d layer as it is drawn and as it is written. */
export interface Strip {
  layer: Layer;
  code: string;
  /** Has the 1-d operator refuse what it refuses of an input, in its own words. */
  check(pooling: Pooling, channels: number, length: number): void;
}

const oneAxis = (text: string): string => text.replace("Pool2d", "Pool1d");
const across = (size: Size, rows: number): Size => [rows, size as number];

/** @throws {CodeError} for what PyTorch refuses whatever the input is. */
export function readStrip(text: string): Strip | undefined {
  const [head = "", kind] = LINE.exec(text) ?? [];
  if (!kind || text.length > LONGEST_CALL) return undefined;
  const call = readArguments(text, head.length);
  if (text.slice(call.end).trim()) return undefined;
  const name = `${kind}Pool2d` as LayerName;
  const callee = head.trim();
  const whole = { ...call, callee, path: [], method: false, chain: () => [] };
  const signature = signatureOf(name);
  // nn.AvgPool1d alone lacks it.
  const order = signature.order.filter((own) => own !== "divisor_override");
  const given = bind(whole, { ...signature, order }, callee, call.positional, call.named);
  const found: Record<string, Value | undefined> = {};
  for (const { name: own, key } of allParameters(name)) {
    const value = given.value(own);
    found[own] = value === "inf" && key === "normType" ? Number.POSITIVE_INFINITY : value;
    if (Array.isArray(value) && value.length > 1) {
      const torch = snake(oneAxis(methodName(name)));
      throw new CodeError(`TypeError: ${torch}() argument '${own}' should contain one int (got ${value.length})`);
    }
  }
  const flat = layerOf(given, found);
  const { call: method, options } = operator(flat);
  const layer: Layer = {
    ...flat,
    strip: true,
    kernelSize: across(flat.kernelSize, 1),
    stride: flat.stride === null ? null : across(flat.stride, 1),
    padding: typeof flat.padding === "string" ? flat.padding : across(flat.padding as Size, 0),
    dilation: across(flat.dilation, 1),
    outputSize: [null, flat.outputSize as number],
  };
  return {
    layer,
    code: oneAxis(print(flat)),
    check(pooling, channels, length) {
      // An empty batch costs nothing.
      const empty: Tensor = { data: new Float32Array(), shape: [0, channels, length] };
      (pooling as unknown as Record<string, (x: Tensor, options: object) => void>)[oneAxis(method)]?.(empty, options);
    },
  };
}
