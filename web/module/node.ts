/**
 * One of Node's own modules; undefined on other platforms. Its name is a parameter: bundlers look for what an import() names itself,
 * and Vite puts a kilobyte of preloading round it.
 */
export function fromNode<M>(name: string): Promise<M> | undefined {
  const platform = (globalThis as { process?: { release?: { name?: string } } }).process?.release?.name;
  return platform === "node" ? import(/* @vite-ignore */ /* webpackIgnore: true */ name) : undefined;
}
