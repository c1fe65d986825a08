import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { glueWithoutAddress, packWasm } from "../../web/build/wasm-plugin.ts";

describe("the wasm plugin", () => {
  it("packs bytes that come out the same, for a build and for work", async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) & 255);
    const texts = await Promise.all([packWasm(bytes), packWasm(bytes, false)]);
    for (const text of texts) expect(new Uint8Array(inflateSync(Buffer.from(text, "base64")))).toEqual(bytes);
    expect(texts[0]?.length).toBeLessThanOrEqual(texts[1]?.length ?? 0);
  });

  it("packs what DecompressionStream reads", async () => {
    const stream = new Blob([Buffer.from(await packWasm(new Uint8Array([1, 2, 3])), "base64")])
      .stream()
      .pipeThrough(new DecompressionStream("deflate"));
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  it.each([
    'var _scriptDir=import.meta.url;file=new URL("poolscope.wasm",import.meta.url).toString();',
    "var _scriptDir = import.meta.url;\nreturn new URL('poolscope.wasm', import.meta.url).href;",
  ])("leaves no address for a bundler to follow in %j", (source) => {
    const text = glueWithoutAddress(source);
    expect(text).not.toContain("import.meta");
    expect(text).not.toContain("new URL");
    expect(text).toContain('"poolscope.wasm"');
  });
});
