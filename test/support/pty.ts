import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long socat may take to make the terminal. */
const READY_WITHIN_MS = 10_000;

/** The far end of the wire: what a dongle would be. */
export interface PtyPeer {
  /** Sends bytes to the gateway. Throws while unplugged. */
  write(bytes: Uint8Array): void;
  /** Calls `listener` with each piece of bytes from the gateway, also after a re-plug. */
  onData(listener: (bytes: Buffer) => void): void;
  /** Ends socat and removes the folder. */
  close(): Promise<void>;
}

export interface Pty {
  /** What the gateway opens. */
  readonly gatewayPath: string;
  readonly peer: PtyPeer;
  /** Pulls the plug: the device and its path are gone when this resolves. */
  unplug(): Promise<void>;
  /** Puts it back under the same path. */
  replug(): Promise<void>;
}

/** A real pseudo-terminal by socat, with the test at its far end. Close the peer when done. */
export async function openPty(): Promise<Pty> {
  const folder = await mkdtemp(join(tmpdir(), "okc-pty-"));
  const gatewayPath = join(folder, "tty");
  const listeners: ((bytes: Buffer) => void)[] = [];
  const hear = (bytes: Buffer): void => listeners.forEach((listener) => listener(bytes));
  let socat: ChildProcess | null = await startSocat(gatewayPath, hear);

  const unplug = async (): Promise<void> => {
    if (socat) await endSocat(socat);
    socat = null;
    // A killed socat leaves its link dangling.
    await rm(gatewayPath, { force: true });
  };

  return {
    gatewayPath,
    unplug,
    replug: async () => {
      if (!socat) socat = await startSocat(gatewayPath, hear);
    },
    peer: {
      write: (bytes) => {
        if (!socat) throw new Error("the pseudo-terminal is unplugged");
        socat.stdin!.write(bytes);
      },
      onData: (listener) => void listeners.push(listener),
      close: async () => {
        await unplug();
        await rm(folder, { recursive: true, force: true });
      },
    },
  };
}

async function startSocat(link: string, hear: (bytes: Buffer) => void): Promise<ChildProcess> {
  const socat = spawn("socat", ["-d", "-d", `pty,raw,echo=0,link=${link}`, "stdio"]);
  const killWithUs = (): void => void socat.kill("SIGKILL");
  process.once("exit", killWithUs);
  socat.once("exit", () => process.off("exit", killWithUs));
  // Bytes on their way when the plug is pulled are lost, as on a wire.
  socat.stdin.on("error", () => undefined);
  socat.stdout.on("data", hear);
  await ready(socat);
  return socat;
}

function ready(socat: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = "";
    const fail = (why: string): void => {
      clearTimeout(deadline);
      socat.kill("SIGKILL");
      reject(new Error(`socat made no pseudo-terminal: ${why}; it said: ${told}`));
    };
    const deadline = setTimeout(() => fail(`nothing within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS);
    const failed = (error: Error): void => fail(`${error.message}; install socat`);
    const ended = (code: number | null): void => fail(`it ended with ${code}`);
    socat.on("error", failed).once("exit", ended);
    socat.stderr!.on("data", (text: Buffer) => {
      if (told.includes("starting data transfer")) return;
      told += text.toString();
      if (!told.includes("starting data transfer")) return;
      clearTimeout(deadline);
      socat.off("exit", ended);
      resolve();
    });
  });
}

async function endSocat(socat: ChildProcess): Promise<void> {
  if (socat.exitCode !== null || socat.signalCode !== null) return;
  const ended = once(socat, "exit");
  socat.kill("SIGKILL");
  await ended;
}
