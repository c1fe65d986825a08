// Inside the generated factory: the minimal runtime starts whatever `WebAssembly` says, and tells nobody when that fails.
// web/module/glue.ts starts the core itself and knows.
// biome-ignore lint/correctness/noUnusedVariables: the code around it uses it
var WebAssembly = { instantiate: Module.instantiate };
