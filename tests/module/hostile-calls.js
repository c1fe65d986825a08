/**
 * Calls that must be refused, and a good one. Runs as it is in Node and in browsers.
 *
 * @typedef {import("../../web/module/index.js").Pooling} Pooling
 * @typedef {object} Hostile
 * @property {string} what
 * @property {() => unknown} act
 * @property {RegExp} names the sentence has to name the argument
 * @property {import("../../web/module/index.js").PoolingErrorCode} code
 */

/** One channel of 8 × 8 whose elements are their own places. */
export const image = () => ({ data: new Float32Array(64).map((_, i) => i), shape: [1, 8, 8] });
/** What stays true after every one of them. @param {Pooling} pooling */
export const good = (pooling) => pooling.maxPool2d(image(), { kernelSize: 3, stride: 2, padding: 1 });
export const goodData = [9, 11, 13, 15, 25, 27, 29, 31, 41, 43, 45, 47, 57, 59, 61, 63];

/**
 * @param {Pooling} pooling
 * @param {readonly (readonly [string, string, ...string[]])[]} families of operators: what stands before the rank's "2d" and after it
 * @returns {Hostile[]}
 */
export function hostileCalls(pooling, families) {
  /** @type {Hostile[]} */
  const table = [];
  /** @param {string} what @param {RegExp} names @param {() => unknown} act @param {Hostile["code"]} code */
  const add = (what, names, act, code = "invalid_argument") => table.push({ what, act, names, code });
  /** Any operator by its name, as code without types calls it. @param {string} name @param {unknown[]} given */
  const call = (name, ...given) => /** @type {any} */ (pooling)[name](...given);
  /** @param {unknown} options @param {unknown[]} x */
  const max =
    (options, ...x) =>
    () =>
      call("maxPool2d", x.length ? x[0] : image(), options);

  /** An object one of whose properties throws. @param {string} key */
  const throwing = (key, more = {}) =>
    Object.defineProperty({ ...more }, key, {
      enumerable: true,
      get() {
        throw new TypeError("boom");
      },
    });
  /** @param {object} target */
  const revoked = (target) => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };
  const detached = () => {
    const x = image();
    structuredClone(x.data, { transfer: [x.data.buffer] });
    return x;
  };

  // What is no integer at all, for every option that takes one.
  /** @type {[string, unknown][]} */
  const noInteger = [
    ["a fraction", 2.5],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a string", "3"],
    ["a BigInt", 3n],
    ["true", true],
    ["an object", {}],
    ["a Number object", Object(3)],
    ["a symbol", Symbol("3")],
    ["a function", () => 3],
    ["2^60", 2 ** 60],
    ["a list with a hole", new Array(2)],
    ["a list of strings", ["2", "2"]],
    ["a nested list", [[2], [2]]],
    ["a typed array", new Int32Array([2, 2])],
    ["a revoked Proxy", revoked([2, 2])],
    ["a list whose element throws", throwing("1", [2, 2])],
  ];
  for (const option of ["kernelSize", "stride", "dilation", "padding"]) {
    for (const [what, value] of noInteger) {
      add(`${option}: ${what}`, new RegExp(option), max({ kernelSize: 2, [option]: value }));
    }
    const snake = option === "kernelSize" ? "kernel_size" : option;
    for (const count of [0, 3, 5]) {
      if (count === 0 && (option === "padding" || option === "stride")) continue; // an empty stride is PyTorch's default
      add(`${option}: ${count} numbers`, new RegExp(snake), max({ kernelSize: 2, [option]: Array(count).fill(1) }));
    }
  }
  for (const [what, value] of noInteger) {
    if (what.includes("list") || what === "a typed array") continue;
    add(`divisorOverride: ${what}`, /divisorOverride/, () =>
      call("avgPool2d", image(), { kernelSize: 2, divisorOverride: value }),
    );
    add(`outputSize: ${what}`, /outputSize/, () => call("adaptiveAvgPool2d", image(), { outputSize: value }));
    add(`unpooled outputSize: ${what}`, /outputSize/, () => {
      const x = { data: new Float32Array(4), shape: [1, 2, 2] };
      return call(
        "maxUnpool2d",
        x,
        { data: new Int32Array(4), shape: [1, 2, 2] },
        { kernelSize: 2, outputSize: [value, 4] },
      );
    });
  }
  for (const value of [0, 1, "true", null, {}, Number.NaN]) {
    add(`ceilMode: ${String(value)}`, /ceilMode/, max({ kernelSize: 2, ceilMode: value }));
    add(`countIncludePad: ${String(value)}`, /countIncludePad/, () =>
      call("avgPool2d", image(), { kernelSize: 2, countIncludePad: value }),
    );
  }
  for (const value of ["NHWC", "", 1, null, {}, ["channels_last"]]) {
    add(`layout: ${String(value)}`, /layout/, max({ kernelSize: 2, layout: value }));
  }
  for (const value of ["SAME", "full", "", "same_upper", Symbol("same"), null, [0, Number.NaN], [1, 1, 1, "1"]]) {
    add(`padding: ${String(value)}`, /padding/, max({ kernelSize: 3, padding: value }));
  }
  for (const value of ["2", null, undefined, {}, true, 2n]) {
    add(`normType: ${typeof value} ${String(value)}`, /normType/, () =>
      call("lpPool2d", image(), { kernelSize: 2, normType: value }),
    );
  }
  for (const value of ["ONNX", 1, null, {}]) {
    add(`convention: ${String(value)}`, /convention/, () =>
      call("lpPool2d", image(), { kernelSize: 2, normType: 2, convention: value }),
    );
  }
  add("lp with padding", /padding/, () => call("lpPool2d", image(), { kernelSize: 2, normType: 2, padding: 1 }));
  add("lp with same", /padding/, () => call("lpPool2d", image(), { kernelSize: 2, normType: 2, padding: "same" }));
  add("lp with dilation", /dilation/, () => call("lpPool2d", image(), { kernelSize: 2, normType: 2, dilation: 2 }));
  for (const normType of [0, Number.NaN, Number.NEGATIVE_INFINITY]) {
    add(`normType ${normType}`, /norm_type/, () => call("lpPool2d", image(), { kernelSize: 2, normType }));
  }

  // What PyTorch refuses.
  add("stride 0", /stride/, max({ kernelSize: 2, stride: 0 }));
  add("stride −1", /stride/, max({ kernelSize: 2, stride: -1 }));
  add("kernel 0", /kernel/, max({ kernelSize: 0, stride: 1 }));
  add("kernel −3", /kernel/, max({ kernelSize: -3, stride: 1 }));
  add("kernel larger than the input", /size/, max({ kernelSize: 9 }));
  add("dilation 0", /dilation/, max({ kernelSize: 2, dilation: 0 }));
  add("dilation −2", /dilation/, max({ kernelSize: 2, dilation: -2 }));
  add("dilation 2^40", /without overflow/, max({ kernelSize: 2, dilation: 2 ** 40 }));
  add("kernel 2^31", /without overflow/, max({ kernelSize: 2 ** 31 }));
  add("padding −1", /pad/, max({ kernelSize: 3, padding: -1 }));
  add("padding 2 of kernel 3", /pad/, max({ kernelSize: 3, padding: 2 }));
  add("a side of padding 3 of kernel 3", /pad/, max({ kernelSize: 3, padding: [0, 3, 0, 0] }));
  add("a side of padding −1", /pad/, max({ kernelSize: 3, padding: [0, 0, -1, 0] }));
  add("divisorOverride 0", /divisor/, () => call("avgPool2d", image(), { kernelSize: 2, divisorOverride: 0 }));
  add("adaptive outputSize −1", /output_size/, () => call("adaptiveMaxPool2d", image(), { outputSize: -1 }));
  add("adaptive outputSize [2, −1]", /output_size/, () => call("adaptiveAvgPool2d", image(), { outputSize: [2, -1] }));
  add("adaptive outputSize of 2^31", /too large/, () => call("adaptiveAvgPool2d", image(), { outputSize: 2 ** 31 }));
  add("adaptive outputSize of 2^20 squared", /too large/, () =>
    call("adaptiveAvgPool2d", image(), { outputSize: 2 ** 20 }),
  );
  add("3-d average with a kernel larger than the input", /kernel/, () =>
    call("avgPool3d", { data: new Float32Array(8), shape: [1, 2, 2, 2] }, { kernelSize: 3, padding: 1 }),
  );

  // Shapes.
  const data = () => new Float32Array(64);
  for (const [what, shape] of /** @type {[string, unknown][]} */ ([
    ["missing", undefined],
    ["null", null],
    ["a string", "188"],
    ["a number", 64],
    ["an object", { length: 3, 0: 1, 1: 8, 2: 8 }],
    ["empty", []],
    ["one size", [64]],
    ["five sizes", [1, 1, 1, 8, 8]],
    ["a thousand sizes", Array(1000).fill(1)],
    ["too small", [1, 8, 7]],
    ["too large", [1, 8, 9]],
    ["a negative size", [-1, 8, -8]],
    ["a fraction", [1, 8, 8.5]],
    ["a string among them", [1, "8", 8]],
    ["NaN", [1, 8, Number.NaN]],
    ["a hole", Object.assign(new Array(3), { 0: 1, 2: 8 })],
    ["enormous", [2 ** 52, 2 ** 52, 2 ** 52]],
    ["no channels", [0, 8, 8]],
    ["no rows", [1, 0, 8]],
    ["a typed array", new Int32Array([1, 8, 8])],
    ["throwing", throwing("0", [1, 8, 8])],
    ["revoked", revoked([1, 8, 8])],
  ])) {
    add(`shape: ${what}`, /x|input|size/, max({ kernelSize: 2 }, { data: data(), shape }));
    add(`inputShape: ${what}`, /inputShape|input|size|tensor|large/, () =>
      call("avgPool2dBackward", { data: data(), shape: [1, 8, 8] }, { kernelSize: 1, inputShape: shape }),
    );
  }
  add("no channels and no data", /input/, max({ kernelSize: 2 }, { data: new Float32Array(0), shape: [0, 8, 8] }));
  add("no rows and no data", /input/, max({ kernelSize: 2 }, { data: new Float32Array(0), shape: [2, 0, 8] }));
  add(
    "(H, W) with channels_last",
    /input/,
    max({ kernelSize: 2, layout: "channels_last" }, { data: data(), shape: [8, 8] }),
  );

  // Tensors and arrays.
  for (const [what, x] of /** @type {[string, unknown][]} */ ([
    ["undefined", undefined],
    ["null", null],
    ["a number", 3],
    ["a string", "tensor"],
    ["a function", () => image()],
    ["an array", [1, 2, 3]],
    ["an empty object", {}],
    ["a typed array alone", data()],
    ["a promise", Promise.resolve(image())],
    ["data that is an array", { data: Array(64).fill(0), shape: [1, 8, 8] }],
    ["data that is a buffer", { data: new ArrayBuffer(256), shape: [1, 8, 8] }],
    ["data that is missing", { shape: [1, 8, 8] }],
    [
      "data that only claims to be one",
      { data: { [Symbol.toStringTag]: "Float32Array", length: 64 }, shape: [1, 8, 8] },
    ],
    ["data whose prototype lies", { data: Object.create(Float32Array.prototype), shape: [1, 8, 8] }],
    ["data behind a Proxy", { data: new Proxy(data(), {}), shape: [1, 8, 8] }],
    ["data that throws", throwing("data", { shape: [1, 8, 8] })],
    ["a shape that throws", throwing("shape", { data: data() })],
    ["detached data", detached()],
    ["a revoked Proxy", revoked(image())],
  ])) {
    add(`x: ${what}`, /'x|'indices/, max({ kernelSize: 2 }, x));
    add(`gradOutput: ${what}`, /gradOutput/, () =>
      call("avgPool2dBackward", x, { kernelSize: 1, inputShape: [1, 8, 8] }),
    );
  }
  for (const array of [new Uint32Array(64), new BigInt64Array(64), new BigUint64Array(64)]) {
    for (const [before, after] of families) {
      const name = `${before}2d${after}`;
      const indices = { data: new Int32Array(64), shape: [1, 8, 8] };
      const x = { data: array, shape: [1, 8, 8] };
      const options = { kernelSize: 1, outputSize: 1, inputShape: [1, 8, 8] };
      const takes = /Unpool|maxPool.*Backward/.test(name);
      add(
        `${name} of ${array.constructor.name}`,
        /data/,
        () => (takes ? call(name, x, indices, options) : call(name, x, options)),
        "unsupported_dtype",
      );
    }
  }
  add("a DataView", /data/, max({ kernelSize: 2 }, { data: new DataView(new ArrayBuffer(256)), shape: [1, 8, 8] }));

  // Options objects.
  for (const options of [undefined, null, 3, "kernelSize", true, Symbol("o"), 2n, () => ({ kernelSize: 2 })]) {
    add(`options: ${String(options)}`, /options|kernelSize/, max(options));
  }
  add("no kernelSize", /kernelSize/, max({}));
  add("kernelSize undefined", /kernelSize/, max({ kernelSize: undefined }));
  add("kernelSize null", /kernelSize/, max({ kernelSize: null }));
  add("an option that throws", /stride/, max(throwing("stride", { kernelSize: 2 })));
  add("a revoked Proxy", /options/, max(revoked({ kernelSize: 2 })));
  add(
    "ownKeys that throws",
    /options/,
    max(
      new Proxy(
        { kernelSize: 2 },
        {
          ownKeys: () => {
            throw new Error("boom");
          },
        },
      ),
    ),
  );
  for (const [given, meant] of [
    ["kernel_size", "kernelSize"],
    ["kernelsize", "kernelSize"],
    ["kernel", "kernelSize"],
    ["ceil_mode", "ceilMode"],
    ["strides", "stride"],
    ["paddings", "padding"],
    ["dilations", "dilation"],
    ["return_indices", "known"],
    ["__proto_", "known"],
    ["toString", "known"],
    ["x".repeat(10000), "known"],
  ]) {
    add(
      `unknown option ${given.slice(0, 20)}`,
      new RegExp(`${given.slice(0, 20)}.*${meant}`),
      max({ kernelSize: 2, [given]: 1 }),
    );
  }
  add("an option of another operator", /countIncludePad/, max({ kernelSize: 2, countIncludePad: true }));
  add("count_include_pad", /countIncludePad/, () =>
    call("avgPool2d", image(), { kernelSize: 2, count_include_pad: true }),
  );
  add("an option of the forward operator", /kernelSize/, () => call("globalMaxPool2d", image(), { kernelSize: 2 }));

  // out
  /** @param {unknown} value */
  const out =
    (value, name = "maxPool2d") =>
    () =>
      call(name, image(), { kernelSize: 2, out: value });
  for (const [what, value] of /** @type {[string, unknown][]} */ ([
    ["null", null],
    ["a number", 16],
    ["an array", Array(16).fill(0)],
    ["another class", new Float64Array(16)],
    ["too short", new Float32Array(15)],
    ["too long", new Float32Array(17)],
    ["an empty object", {}],
    ["a tensor of another shape", { data: new Float32Array(16), shape: [16] }],
    ["a tensor of another class", { data: new Int32Array(16), shape: [1, 4, 4] }],
    ["a tensor without a shape", { data: new Float32Array(16) }],
    ["a tensor that throws", throwing("data", { shape: [1, 4, 4] })],
    ["detached", detached()],
    ["a buffer", new ArrayBuffer(64)],
    ["a DataView", new DataView(new ArrayBuffer(64))],
  ])) {
    add(`out: ${what}`, /out/, out(value));
    add(
      `out with indices: ${what}`,
      /out/,
      out(
        value === null || (typeof value === "object" && Object.keys(value).length === 0) ? 1 : value,
        "maxPool2dWithIndices",
      ),
    );
  }
  add("out of an unknown dtype", /out/, out(new Uint32Array(16)), "unsupported_dtype");
  for (const [what, value] of /** @type {[string, unknown][]} */ ([
    ["an unknown name", { outputs: new Float32Array(16) }],
    ["indices of another class", { indices: new Float32Array(16) }],
    ["indices too short", { indices: new Int32Array(15) }],
    ["output of another class", { output: new Int8Array(16), indices: new Int32Array(16) }],
    ["a getter that throws", throwing("indices", { output: new Float32Array(16) })],
  ])) {
    add(`out of indices: ${what}`, /out/, out(value, "maxPool2dWithIndices"));
  }
  {
    const shared = new ArrayBuffer(64);
    const both = { output: new Float32Array(shared), indices: new Int32Array(shared) };
    add("output and indices in the same memory", /out/, out(both, "maxPool2dWithIndices"));
  }

  // Indices.
  const small = { data: new Float32Array(4).fill(1), shape: [1, 2, 2] };
  /** @param {unknown} indices @param {object} options */
  const unpool =
    (indices, options = { kernelSize: 2 }) =>
    () =>
      call("maxUnpool2d", small, indices, options);
  for (const [what, indices] of /** @type {[string, unknown][]} */ ([
    ["missing", undefined],
    ["null", null],
    ["an array", [0, 1, 2, 3]],
    ["floats", { data: new Float32Array(4), shape: [1, 2, 2] }],
    ["int16", new Int16Array(4)],
    ["another shape", { data: new Int32Array(4), shape: [1, 4, 1] }],
    ["too few", new Int32Array(3)],
    ["too many", new Int32Array(5)],
    ["beyond the plane", new Int32Array([0, 1, 2, 16])],
    ["below −1", new Int32Array([0, 1, 2, -2])],
    ["2^31 − 1", new Int32Array([0, 1, 2, 2147483647])],
    ["−2^31", new Int32Array([0, 1, 2, -2147483648])],
  ])) {
    add(`indices: ${what}`, /ind(ices|ex)/, unpool(indices));
    add(`indices of backward: ${what}`, /ind(ices|ex)/, () =>
      call("maxPool2dBackward", small, indices, { inputShape: [1, 4, 4] }),
    );
  }
  const four = new Int32Array([0, 2, 8, 10]);
  for (const [what, options] of /** @type {[string, object][]} */ ([
    ["five sizes", { outputSize: [1, 1, 1, 4, 4] }],
    ["a number for two axes", { outputSize: 4 }],
    ["sizes in a string", { outputSize: "4,4" }],
    ["negative", { outputSize: [-1, 4] }],
  ])) {
    add(`unpooled outputSize: ${what}`, /output_?[sS]ize/, unpool(four, { kernelSize: 2, ...options }));
  }
  add("unpooled outputSize: too small for an index", /index/, unpool(four, { kernelSize: 2, outputSize: [2, 4] }));
  add("unpool: padding words", /padding/, unpool(four, { kernelSize: 2, padding: "same" }));
  add("unpool: padding of three sides", /padding/, unpool(four, { kernelSize: 2, padding: [0, 0, 1] }));
  add("unpool: kernel 0", /kernel/, unpool(four, { kernelSize: 0, stride: 2 }));
  add("unpool: stride 0", /stride/, unpool(four, { kernelSize: 2, stride: 0 }));
  add("unpool: dilation", /dilation/, unpool(four, { kernelSize: 2, dilation: 2 }));
  add("unpool: padding that leaves nothing", /output_size/, unpool(four, { kernelSize: 2, padding: 9 }));

  // Gradients of another shape than the result.
  for (const shape of [
    [1, 4, 5],
    [1, 5, 4],
    [2, 4, 4],
    [1, 1, 4, 4],
    [4, 4],
  ]) {
    const x = { data: new Float32Array(shape.reduce((a, b) => a * b)), shape };
    add(`gradOutput of shape [${shape}]`, /tensor/, () =>
      call("avgPool2dBackward", x, { kernelSize: 2, inputShape: [1, 8, 8] }),
    );
  }
  add("gradOutput of other channels", /tensor/, () =>
    call("adaptiveAvgPool2dBackward", small, { inputShape: [3, 4, 4] }),
  );
  add("backward without inputShape", /inputShape/, () => call("adaptiveAvgPool2dBackward", small, {}));
  add("backward without options", /inputShape|options/, () => call("adaptiveAvgPool2dBackward", small));

  // Fractional.
  /** @param {object} options */
  const fractional = (options) => () => call("fractionalMaxPool2dWithIndices", image(), { kernelSize: 2, ...options });
  for (const [what, options, names] of /** @type {[string, object, RegExp][]} */ ([
    ["no size", {}, /output_size/],
    ["both sizes", { outputSize: 2, outputRatio: 0.5 }, /output_ratio/],
    ["size −1", { outputSize: -1 }, /output_size/],
    ["size 8 of 8", { outputSize: 8 }, /pool height/],
    ["ratio 1", { outputRatio: 1 }, /output_ratio/],
    ["ratio 0", { outputRatio: 0 }, /output_ratio/],
    ["ratio NaN", { outputRatio: Number.NaN }, /output_ratio/],
    ["ratio '0.5'", { outputRatio: "0.5" }, /outputRatio/],
    ["ratios 3", { outputRatio: [0.5, 0.5, 0.5] }, /output_ratio/],
    ["samples 1", { outputSize: 2, randomSamples: [1, 0] }, /random_?[sS]amples/],
    ["samples −0.1", { outputSize: 2, randomSamples: [-0.1, 0] }, /random_?[sS]amples/],
    ["samples NaN", { outputSize: 2, randomSamples: [Number.NaN, 0] }, /random_?[sS]amples/],
    ["samples too few", { outputSize: 2, randomSamples: [0.5] }, /random_?[sS]amples/],
    ["samples too many", { outputSize: 2, randomSamples: [0.5, 0.5, 0.5] }, /random_?[sS]amples/],
    ["samples strings", { outputSize: 2, randomSamples: ["0.5", 0] }, /random_?[sS]amples/],
    ["samples a number", { outputSize: 2, randomSamples: 0.5 }, /random_?[sS]amples/],
    ["samples throwing", { outputSize: 2, randomSamples: throwing("0", [0.5, 0.5]) }, /random_?[sS]amples/],
    ["samples BigInts", { outputSize: 2, randomSamples: new BigInt64Array(2) }, /random_?[sS]amples/],
    ["stride", { outputSize: 2, stride: 2 }, /stride/],
  ])) {
    add(`fractional: ${what}`, names, fractional(options));
  }

  // The other ranks refuse what does not fit them.
  for (const [rank, shape] of /** @type {[number, number[]][]} */ ([
    [1, [8]],
    [1, [1, 1, 1, 8]],
    [3, [2, 2, 2]],
    [3, [1, 1, 1, 2, 2, 2]],
  ])) {
    for (const family of ["maxPool", "avgPool", "adaptiveAvgPool", "globalMaxPool"]) {
      const x = { data: new Float32Array(shape.reduce((a, b) => a * b)), shape };
      const options =
        family === "adaptiveAvgPool" ? { outputSize: 1 } : family === "globalMaxPool" ? {} : { kernelSize: 1 };
      add(`${family}${rank}d of [${shape}]`, /tensor/, () => call(`${family}${rank}d`, x, options));
    }
  }

  // Pictures, shapes, geometry, tensors.
  const picture = () => ({ data: new Uint8ClampedArray(64), width: 4, height: 4 });
  /** @param {unknown} given @param {unknown} options */
  const poolImage =
    (given, options = { op: "max", kernelSize: 2 }) =>
    () =>
      call("poolImage", given, options);
  for (const [what, given] of /** @type {[string, unknown][]} */ ([
    ["missing", undefined],
    ["null", null],
    ["no data", { width: 4, height: 4 }],
    ["no width", { data: new Uint8ClampedArray(64), height: 4 }],
    ["width 0", { data: new Uint8ClampedArray(0), width: 0, height: 4 }],
    ["width −4", { ...picture(), width: -4 }],
    ["width 4.5", { ...picture(), width: 4.5 }],
    ["width '4'", { ...picture(), width: "4" }],
    ["too little data", { ...picture(), data: new Uint8ClampedArray(63) }],
    ["too much data", { ...picture(), data: new Uint8ClampedArray(65) }],
    ["floats", { ...picture(), data: new Float32Array(64) }],
    ["signed bytes", { ...picture(), data: new Int8Array(64) }],
    ["an array", { ...picture(), data: Array(64).fill(0) }],
    ["a getter that throws", throwing("width", { data: new Uint8ClampedArray(64), height: 4 })],
  ])) {
    add(`poolImage: ${what}`, /image/, poolImage(given));
  }
  for (const [what, options, names] of /** @type {[string, unknown, RegExp][]} */ ([
    ["no options", undefined, /options|op/],
    ["no op", { kernelSize: 2 }, /op/],
    ["another op", { op: "median", kernelSize: 2 }, /op/],
    ["a method's name", { op: "toString", kernelSize: 2 }, /op/],
    ["layout", { op: "max", kernelSize: 2, layout: "channels_first" }, /layout/],
    ["an option of another op", { op: "max", kernelSize: 2, countIncludePad: true }, /countIncludePad/],
    ["no kernel", { op: "max" }, /kernelSize/],
    ["a kernel that does not fit", { op: "max", kernelSize: 9 }, /size/],
    ["out of another size", { op: "max", kernelSize: 2, out: new Uint8ClampedArray(15) }, /out/],
    [
      "out of another shape",
      { op: "max", kernelSize: 2, out: { data: new Uint8ClampedArray(16), width: 4, height: 1 } },
      /out/,
    ],
    ["out of another class", { op: "max", kernelSize: 2, out: new Float32Array(16) }, /out/],
  ])) {
    add(`poolImage: ${what}`, names, poolImage(picture(), options === undefined ? null : options));
  }
  for (const shape of [undefined, null, [8], [1, 8, "8"], [1, 8, -8], "1,8,8", { 0: 8 }]) {
    add(`outputShape2d of ${JSON.stringify(shape)}`, /inputShape|input/, () =>
      call("outputShape2d", shape, { kernelSize: 2 }),
    );
    add(`geometry2d of ${JSON.stringify(shape)}`, /size/, () => call("geometry2d", shape, { kernelSize: 2 }));
  }
  for (const options of [undefined, null, 2, {}, { kernel_size: 2 }, { kernelSize: 2, out: new Float32Array(1) }]) {
    add(`outputShape2d with ${JSON.stringify(options)}`, /options|kernelSize|out/, () =>
      call("outputShape2d", [1, 8, 8], options),
    );
    add(`geometry2d with ${JSON.stringify(options)}`, /options|kernelSize|out/, () =>
      call("geometry2d", [8, 8], options),
    );
  }
  add("geometry2d of a kernel that does not fit", /size/, () => call("geometry2d", [8, 8], { kernelSize: 9 }));
  add(
    "geometry2d larger than memory",
    /memory|large/,
    () => call("geometry2d", [2 ** 31 - 1, 1], { kernelSize: 1 }),
    "out_of_memory",
  );
  for (const size of [undefined, null, 8, [], [8, 8, 8, 8], [8, "8"], [-8], "8", { 0: 8, length: 1 }]) {
    add(`geometryChain of ${JSON.stringify(size)}`, /inputSize/, () =>
      call("geometryChain", size, [{ kernelSize: 2 }]),
    );
  }
  for (const stages of [
    undefined,
    null,
    2,
    "[]",
    { kernelSize: 2 },
    { length: 0 },
    Array(33).fill({ kernelSize: 1 }),
  ]) {
    add(`geometryChain through ${JSON.stringify(stages)?.slice(0, 40)}`, /stages/, () =>
      call("geometryChain", [8, 8], stages),
    );
  }
  for (const stage of [undefined, null, 2, {}, { kernel_size: 2 }, { outputSize: 2 }, { kernelSize: 2, out: [] }]) {
    add(`geometryChain with ${JSON.stringify(stage)} in it`, /^stage 2: .*(options|kernelSize|outputSize|out)/, () =>
      call("geometryChain", [8, 8], [{ kernelSize: 2 }, stage]),
    );
  }
  add(
    "geometryChain larger than memory",
    /memory|large/,
    () => call("geometryChain", [2 ** 31 - 1], [{ kernelSize: 1 }]),
    "out_of_memory",
  );
  for (const dtype of ["float", "Float32Array", "", null, undefined, 3, "toString", "__proto__", "int64"]) {
    add(`tensor of dtype ${String(dtype)}`, /dtype/, () => call("tensor", dtype, [2]), "unsupported_dtype");
  }
  for (const shape of [undefined, 4, [-1], [1.5], ["2"], [Number.NaN]]) {
    add(`tensor of shape ${JSON.stringify(shape)}`, /shape/, () => call("tensor", "uint8", shape));
  }
  add("tensor of 2^40 bytes", /memory/, () => call("tensor", "uint8", [2 ** 20, 2 ** 20]), "out_of_memory");
  add("tensor of 2^80 bytes", /memory/, () => call("tensor", "float64", [2 ** 40, 2 ** 40]), "out_of_memory");
  add(
    "a freed tensor",
    /freed/,
    () => {
      const tensor = pooling.tensor("float32", [1, 8, 8]);
      tensor.free();
      return pooling.maxPool2d(tensor, { kernelSize: 2 });
    },
    "disposed",
  );
  add(
    "a freed tensor as out",
    /freed/,
    () => {
      const tensor = pooling.tensor("float32", [1, 4, 4]);
      tensor.free();
      return pooling.maxPool2d(image(), { kernelSize: 2, out: tensor });
    },
    "disposed",
  );
  add(
    "the view of a freed tensor",
    /freed/,
    () => {
      const tensor = pooling.tensor("float32", [1, 8, 8]);
      const { data: view } = tensor;
      tensor.free();
      return pooling.maxPool2d({ data: view, shape: [1, 8, 8] }, { kernelSize: 2 });
    },
    "disposed",
  );
  add(
    "the view of a freed tensor as out",
    /freed/,
    () => {
      const tensor = pooling.tensor("float32", [1, 4, 4]);
      const { data: view } = tensor;
      tensor.free();
      return pooling.maxPool2d(image(), { kernelSize: 2, out: view });
    },
    "disposed",
  );
  return table;
}
