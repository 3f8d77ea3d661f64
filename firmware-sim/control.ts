import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { connect, createServer } from "node:net";
import { relative } from "node:path";
import type { Handler, Json } from "./lines.ts";
import { serveLines } from "./lines.ts";

const CLIENTS_MAX = 16;
const ANSWER_MAX_MS = 5_000;

/** Serves JSON lines on a Unix socket, for this user only. A socket that an earlier run left behind is replaced. */
export async function serveControl(path: string, handle: Handler): Promise<Server> {
  rmSync(path, { force: true });
  // Half open: a client that ends its side after asking still gets its answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    const end = (): unknown => socket.end();
    serveLines(socket, socket, handle).then(end, end);
  });
  server.maxConnections = CLIENTS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new Error(`${path}: the control socket cannot be made: ${error.message}`)));
    server.listen(shortest(path), resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

/** The kernel takes 107 bytes for a socket's path, less than many a checkout's; from here it may be shorter. */
export function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== "" && fromHere.length < path.length ? fromHere : path;
}

/** Asks once; null when nobody listens there. Rejects when somebody does and gives no answer in 5 s. */
export function askControl(path: string, request: Json): Promise<Json | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(shortest(path));
    let text = "";
    socket.setEncoding("utf8");
    socket.setTimeout(ANSWER_MAX_MS, () => socket.destroy(new Error(`${path}: no answer in ${ANSWER_MAX_MS} ms`)));
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (text.includes("\n")) socket.end();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(null);
      else reject(error);
    });
    socket.on("close", (failed) => {
      if (!failed) resolve(text === "" ? null : (JSON.parse(text) as Json));
    });
  });
}

/**
 * Finds the button that a person means: `beef`, `0000beef`, `p-17`, `okc:0000beef`, and of a 433 MHz remote
 * `EV1527:0c0ffe:01` or its id alone; of a watch `w-8800000017` or its id.
 * @throws {Error} naming those there are.
 */
export function nameMeant(text: string, names: readonly string[]): string {
  const meant = plain(text.replace(/^(okc|mqtt|rflink|zigbee2mqtt|watch3g):/, ""));
  const found = names.find((name) => plain(name) === meant || plain(name).split(":")[1] === meant);
  if (found === undefined) throw new Error(`no simulated pendant ${text}; there are ${names.join(", ")}`);
  return found;
}

/** Neither case nor leading zeros tell two buttons apart. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^w-/, "")
    .replace(/(^|:)0+(?=[^:])/g, "$1");
