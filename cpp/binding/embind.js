// biome-ignore-all lint/complexity/useArrowFunction: Emscripten 3.1.6 writes a library's functions out by their text, and takes no arrows
// What Embind's C++ half asks of JavaScript, for functions of numbers. Emscripten's own src/embind/embind.js also knows classes,
// strings, overloads and late types: 2.4 KB to download, and a call through it takes two arrays and a loop for each argument.
mergeInto(LibraryManager.library, {
  // WebAssembly hands every 32-bit result over as a signed one. Only this type, an address or a count, is not.
  $unsignedType: undefined,

  _embind_register_void: function (_type, _name) {},
  _embind_register_float: function (_type, _name, _size) {},

  _embind_register_integer__deps: ["$unsignedType"],
  _embind_register_integer: function (type, _name, _size, least, _most) {
    if (least === 0) unsignedType = type;
  },

  _embind_register_function__deps: ["$unsignedType", "$getWasmTableEntry"],
  _embind_register_function: function (name, _count, types, _signature, invoker, target, _async, _nonnull) {
    let text = "";
    while (HEAPU8[name]) text += String.fromCharCode(HEAPU8[name++]);
    const result = HEAP32[types >> 2];
    const invoke = getWasmTableEntry(invoker);
    // Three arguments are the most that a function takes; WebAssembly leaves out what it has no parameter for.
    Module[text] = (a, b, c) => {
      const value = invoke(target, a, b, c);
      return result === unsignedType ? value >>> 0 : value;
    };
  },
});
