// Inside the generated factory: the memory, whose `buffer` is another one whenever it has grown.
Module.memory = () => wasmMemory;
