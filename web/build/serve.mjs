// Vite's preview server of a folder, under the policy that the page promises to work under. Only what its configuration cannot say is
// written here: nothing but GET and HEAD is answered, and a port that is taken is said in a sentence.
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

/** @type {import("vite").Connect.NextHandleFunction} */
function readOnly(request, response, next) {
  if (request.method === "GET" || request.method === "HEAD") next();
  else response.writeHead(405, { allow: "GET, HEAD" }).end();
}

/**
 * Serves a folder of files on this machine only.
 * @param {string} directory
 * @param {{ port?: number, policy?: string | null }} [options] port 0 (the default) takes any free one; policy null sends none
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export async function serve(directory, options = {}) {
  const { port = 0, policy = contentSecurityPolicy } = options;
  const headers = {
    ...(policy ? { "content-security-policy": policy } : {}),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
  };
  // Not above: `npm start` puts Vite in place first.
  const { preview } = await import("vite");
  const server = await preview({
    configFile: false,
    root: directory,
    logLevel: "silent",
    appType: "mpa",
    build: { outDir: "." },
    preview: { port, strictPort: true, host: "127.0.0.1", cors: false, headers },
    plugins: [{ name: "read-only", configurePreviewServer: ({ middlewares }) => void middlewares.use(readOnly) }],
  }).catch((/** @type {Error} */ error) => {
    if (!/in use/.test(error.message)) throw error;
    throw new StepError(
      `Port ${port} is in use by another program. Another port is chosen so:\n\n    PORT=${port + 1} npm start`,
    );
  });
  const { port: bound } = /** @type {import("node:net").AddressInfo} */ (server.httpServer.address());
  return { url: `http://localhost:${bound}/`, port: bound, close: () => server.close() };
}

/** The port a person asked for in the environment. */
export function chosenPort() {
  const text = process.env.PORT || "5173";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new StepError(`PORT=${text} is not a port number.`);
  return port;
}
