// Inside the generated factory: the minimal runtime starts whatever `WebAssembly` says, and tells nobody when that fails.
// web/module/glue.ts starts the core itself and knows.
var WebAssembly = { instantiate: Module["instantiate"] };
