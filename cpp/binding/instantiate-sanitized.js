// Inside the generated factory, under a sanitizer: the full runtime, too, lets web/module/glue.ts start the core.
Module.instantiateWasm = (imports, receive) => {
  Module.instantiate(undefined, imports).then(({ instance }) => receive(instance));
  return {};
};
// Its reports ask for names, and it has no bytes to find them in; they say where in the file it was.
Module.wasmOffsetData = { getName: () => "" };
