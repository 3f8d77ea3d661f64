import { connect } from "node:net";
import { shortest } from "./control.ts";

/**
 * The demo's siren, run by the gateway as `siren.command`: it sounds in the demo's output until SIGTERM, or until the
 * demo is gone. Resolves with its exit code; 1 when the demo cannot be reached.
 */
export function soundSiren(control: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(shortest(control), () => socket.write('{"siren":"sounds"}\n'));
    socket.resume();
    process.once("SIGTERM", () => socket.end('{"siren":"silent"}\n'));
    // Its end follows.
    socket.once("error", () => undefined);
    socket.once("close", (failed) => resolve(failed ? 1 : 0));
  });
}
