import { chmodSync, lstatSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createConnection } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { SOCKET_PATH_MAX_BYTES } from "./limits.ts";

const OWNER_ONLY = 0o600;

/** Listens on a Unix socket that only its owner can open; one left behind by a dead gateway is replaced. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  const bytes = Buffer.byteLength(path);
  if (bytes > SOCKET_PATH_MAX_BYTES)
    throw new GatewayError(
      "configuration",
      `${path}: a socket's path holds ${SOCKET_PATH_MAX_BYTES} bytes at most, this has ${bytes}; give data a shorter path`,
    );
  await clearPath(path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new GatewayError("configuration", `${path}: cannot listen (${error.message})`, { cause: error })),
    );
    // Bound within this call, so nobody finds it open to others even for a moment.
    const before = process.umask(0o777 & ~OWNER_ONLY);
    server.listen(path, resolve);
    process.umask(before);
  });
  chmodSync(path, OWNER_ONLY);
}

async function clearPath(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket())
    throw new GatewayError("configuration", `${path}: something else than a socket is there; move it`);
  if (await isAnswered(path))
    throw new GatewayError("configuration", `${path}: another gateway is running on this data folder`);
  rmSync(path);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
