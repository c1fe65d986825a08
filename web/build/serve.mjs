import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { createGzip } from "node:zlib";
import { StepError } from "./steps.mjs";

/** The policy under which everything has to work (no eval, no inline style or script, no foreign address). */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** @param {string} directory @param {string} address The file that a request means, or undefined. */
function fileFor(directory, address) {
  let path;
  try {
    path = decodeURIComponent(new URL(address, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  const file = normalize(join(directory, path.endsWith("/") ? `${path}index.html` : path));
  if (path.includes("\0") || !file.startsWith(directory.endsWith(sep) ? directory : directory + sep)) return undefined;
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/**
 * Serves a directory of files on this machine only, under the policy above.
 * @param {string} directory
 * @param {{ port?: number, policy?: string | null }} [options] port 0 (the default) takes any free one; policy null sends none
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve(directory, options = {}) {
  const { port = 0, policy = contentSecurityPolicy } = options;
  /** @type {import("node:http").RequestListener} */
  const answer = (request, response) => {
    const headers = {
      ...(policy ? { "content-security-policy": policy } : {}),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    };
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { ...headers, allow: "GET, HEAD" }).end();
      return;
    }
    const file = fileFor(directory, request.url ?? "/");
    if (!file) {
      response.writeHead(404, { ...headers, "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
      return;
    }
    const type = types[extname(file).toLowerCase()] ?? "application/octet-stream";
    // Every host that serves files compresses text; without it nothing measured here would be true there.
    const gzip = /\bgzip\b/.test(String(request.headers["accept-encoding"])) && /^text|json|svg/.test(type);
    response.writeHead(200, {
      ...headers,
      "content-type": type,
      ...(gzip ? { "content-encoding": "gzip", vary: "accept-encoding" } : { "content-length": statSync(file).size }),
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const bytes = createReadStream(file).on("error", () => response.destroy());
    (gzip ? bytes.pipe(createGzip()) : bytes).pipe(response);
  };

  // `localhost` means 127.0.0.1 to some programs and ::1 to others; listening on both serves all of them.
  const first = createServer(answer);
  const bound = await listen(first, port, "127.0.0.1");
  const servers = [first];
  const second = createServer(answer);
  try {
    await listen(second, bound, "::1");
    servers.push(second);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "EADDRINUSE" && port !== 0) {
      first.close();
      throw inUse(bound);
    }
  }
  return {
    url: `http://localhost:${bound}/`,
    port: bound,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

/** @param {number} port */
const inUse = (port) =>
  new StepError(
    `Port ${port} is in use by another program. Another port is chosen so:\n\n    PORT=${port + 1} npm start`,
  );

/** @param {import("node:http").Server} server @param {number} port @param {string} host @returns {Promise<number>} */
function listen(server, port, host) {
  return new Promise((done, fail) => {
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      fail(error.code === "EADDRINUSE" && host === "127.0.0.1" ? inUse(port) : error),
    );
    server.listen(port, host, () => done(/** @type {import("node:net").AddressInfo} */ (server.address()).port));
  });
}

/** The port a person asked for in the environment. */
export function chosenPort() {
  const text = process.env.PORT || "5173";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new StepError(`PORT=${text} is not a port number.`);
  return port;
}
