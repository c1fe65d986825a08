/** The public types. They name nothing of the DOM, so they hold in Node and in a consumer without the DOM library. */
export type * from "./api/calls.js";
export type * from "./api/geometry.js";
export type * from "./api/images.js";
export type * from "./api/load.js";
export type * from "./api/operators.js";
export type * from "./api/options.js";
export type * from "./api/pooling.js";
export type * from "./api/tensors.js";
