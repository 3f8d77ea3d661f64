import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { minutes, seconds } from "../../core/units.ts";
import type { Endpoint } from "./listener.ts";

export interface TlsEndpoint extends Endpoint {
  /** Files in PEM form, read when the server starts. */
  readonly cert: string;
  readonly key: string;
}

/** A press is small and must leave at once; a peer that vanished is found by the kernel. */
const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: minutes(1) };
const HANDSHAKE_TIMEOUT_MS = seconds(10);

export function tcpServer(connected: (socket: Socket) => void): Server {
  return createServer(SOCKET_OPTIONS, connected);
}

/** `failed` is told each handshake that came to nothing. Rejects when a file cannot be read or is no certificate. */
export async function tlsServer(
  files: { readonly cert: string; readonly key: string },
  connected: (socket: Socket) => void,
  failed: (error: Error, socket: Socket) => void,
): Promise<Server> {
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]);
  const options = {
    ...SOCKET_OPTIONS,
    cert,
    key,
    minVersion: "TLSv1.2",
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  } as const;
  return createTlsServer(options, connected).on("tlsClientError", failed);
}
