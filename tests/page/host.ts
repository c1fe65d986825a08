/** Hosts that do what a good one does not: lose files, set a policy of their own, put a script before each script. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { contentSecurityPolicy } from "../../web/build/serve.mjs";
import { type Engine, launch, type Tab } from "./engine";

export const page = new URL("../../dist/page/", import.meta.url);
/** The repository, in which the element's pages and the built module are. */
export const root = new URL("../../", import.meta.url);

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

export interface Host {
  /** What is served; the page by default. */
  folder?: URL;
  /** Added to the policy. */
  policy?: string;
  /** Whether every origin may read what is served. */
  shared?: boolean;
  /** Files that are not there. */
  lost?: RegExp;
  /** A script that is put before each script. */
  before?: string;
  /** Gets the path and the query of every request. */
  asked?: string[];
}

const servers: Server[] = [];

/** Serves a folder as `host` says; the address has no slash at its end. */
export async function serve({ folder = page, policy = "", shared = false, lost, before = "", asked }: Host) {
  const server = createServer((request, response) => {
    asked?.push(request.url ?? "");
    const path = (request.url ?? "/").replace(/[?#].*/, "").replace(/^\/+/, "") || "index.html";
    const headers = {
      "content-security-policy": contentSecurityPolicy + policy,
      "content-type": types[extname(path)] ?? "text/plain",
      ...(shared ? { "access-control-allow-origin": "*" } : {}),
    };
    try {
      if (lost?.test(path)) throw new Error("lost");
      const file = readFileSync(new URL(path, folder));
      response.writeHead(200, headers).end(extname(path) === ".js" ? before + file : file);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeHosts(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

/** For the tests of one file: starts the engine, and closes it and the hosts after them. @returns what looks at an address in a tab */
export function visitor() {
  let engine: Engine;
  beforeAll(async () => {
    engine = await launch();
  });
  afterAll(async () => {
    await engine.close();
    closeHosts();
  });
  return async <Result>(file: string, look: (tab: Tab) => Promise<Result>, language = "en-GB"): Promise<Result> => {
    const tab = await engine.open("", { file, language });
    try {
      return await look(tab);
    } finally {
      await tab.close();
    }
  };
}
