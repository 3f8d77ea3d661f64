import { createSocket } from "node:dgram";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** Whoever sent a frame, to be answered. */
export interface Caller {
  /** The connection ended meanwhile. */
  readonly isGone: boolean;
  say(text: string): void;
  /** Ends the connection; over UDP there is none, and nothing is said. */
  hangUp(): void;
}

export interface PortListener {
  frame(raw: string, caller: Caller): void;
  rejected(why: string, raw: string): void;
}

/** Where a receiver is called. */
export interface ReceiverPort {
  /** The port it listens on. */
  readonly port: number;
  /** Connections that stand now. */
  readonly connections: number;
  /** Ends all connections, as a restarted router would. */
  disconnect(): void;
  stop(): Promise<void>;
}

/** A frame longer than this is thrown away. */
const FRAME_CHARS_MAX = 4_096;

/** Listens on TCP; rejects when the port is taken. */
export async function openTcp(host: string, port: number, listener: PortListener): Promise<ReceiverPort> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, listener);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 128 }, resolve);
  });
  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.size;
    },
    disconnect,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      disconnect();
      await closed;
    },
  };
}

function serve(socket: Socket, listener: PortListener): void {
  const caller: Caller = {
    get isGone() {
      return socket.destroyed;
    },
    say: (text) => void (socket.destroyed || socket.write(text, "latin1")),
    hangUp: () => void socket.end(),
  };
  let text = "";
  socket.setEncoding("latin1");
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    text += chunk.toString();
    for (let end = text.indexOf("\r"); end >= 0; end = text.indexOf("\r")) {
      const frame = text.slice(text.lastIndexOf("\n", end) + 1, end);
      text = text.slice(end + 1);
      listener.frame(frame, caller);
    }
    if (text.length > FRAME_CHARS_MAX) {
      listener.rejected(`${text.length} characters without an end`, text.slice(0, FRAME_CHARS_MAX));
      text = "";
    }
  });
}

/** Listens on UDP: a datagram is a frame. */
export async function openUdp(host: string, port: number, listener: PortListener): Promise<ReceiverPort> {
  let isOpen = true;
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.on("message", (datagram, from) => {
    listener.frame(datagram.toString("latin1").replace(/^\n|\r$/g, ""), {
      get isGone() {
        return !isOpen;
      },
      say: (text) => void (isOpen && socket.send(Buffer.from(text, "latin1"), from.port, from.address)),
      hangUp: () => undefined,
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, resolve);
  });
  return {
    port: socket.address().port,
    connections: 0,
    disconnect: () => undefined,
    async stop() {
      isOpen = false;
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
}
