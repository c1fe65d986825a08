import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentSecurityPolicy, serve } from "../../web/build/serve.mjs";

let directory = "";
let server: Awaited<ReturnType<typeof serve>>;

/** A request whose path is sent as it stands: fetch would tidy "..". */
const raw = (path: string, method = "GET") =>
  new Promise<{ status: number; body: string }>((done, fail) => {
    request({ host: "127.0.0.1", port: server.port, path, method }, (response) => {
      let body = "";
      response.on("data", (piece) => {
        body += piece;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, body }));
    })
      .on("error", fail)
      .end();
  });

beforeAll(async () => {
  const top = mkdtempSync(join(tmpdir(), "poolscope serve "));
  directory = join(top, "page");
  mkdirSync(join(directory, "assets"), { recursive: true });
  mkdirSync(join(top, "page-secret"));
  writeFileSync(join(top, "page-secret/secret.txt"), "secret");
  writeFileSync(join(directory, "index.html"), "<p>home</p>");
  writeFileSync(join(directory, "assets/a b.js"), "1;".repeat(2000));
  writeFileSync(join(directory, "pool.wasm"), "");
  server = await serve(directory);
});
afterAll(async () => {
  await server.close();
  rmSync(join(directory, ".."), { recursive: true, force: true });
});

describe("the server of the page", () => {
  it("answers on localhost, 127.0.0.1 and its own url with the index and the policy", async () => {
    for (const url of [server.url, `http://127.0.0.1:${server.port}/`, `http://localhost:${server.port}/index.html`]) {
      const response = await fetch(url);
      expect(await response.text()).toBe("<p>home</p>");
      expect(response.headers.get("content-type")).toMatch(/^text\/html\b/);
      expect(response.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("sends the promised policy and not a word more", () => {
    for (const part of [
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self'",
      "img-src 'self' blob: data:",
      "media-src 'self' blob:",
      "worker-src 'self'",
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
    ]) {
      expect(contentSecurityPolicy.split("; ")).toContain(part);
    }
    expect(contentSecurityPolicy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|https?:|\*/);
  });

  it("knows the types of scripts and WebAssembly, and names with spaces", async () => {
    const script = await fetch(`${server.url}assets/a%20b.js`);
    expect(script.headers.get("content-type")).toMatch(/^text\/javascript\b/);
    // As on every host; without it nothing that is measured here would be true there.
    expect(script.headers.get("content-encoding")).toBe("gzip");
    expect((await fetch(`${server.url}pool.wasm?x=1`)).headers.get("content-type")).toBe("application/wasm");
  });

  it.each([
    "/nothing",
    "/assets",
    "/%",
    "/%00",
    "/../page-secret/secret.txt",
    "/..%2fpage-secret%2fsecret.txt",
    "/%2e%2e/page-secret/secret.txt",
  ])("says 404 to %s", async (path) => {
    const { status, body } = await raw(path);
    expect(status).toBe(404);
    expect(body).not.toContain("secret");
  });

  it("refuses everything but GET and HEAD", async () => {
    expect((await raw("/", "POST")).status).toBe(405);
    expect(await raw("/", "HEAD")).toEqual({ status: 200, body: "" });
  });

  it("says in a sentence that the port is taken, and how to choose another", async () => {
    await expect(serve(directory, { port: server.port })).rejects.toThrow(`PORT=${server.port + 1} npm start`);
  });
});
