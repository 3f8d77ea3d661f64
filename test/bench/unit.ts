import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nowMs } from "./figures.ts";

const APPEND_BYTES = Buffer.alloc(4_096, 3);
/** About a DC-09 frame. */
const FRAME_BYTES = Buffer.alloc(120, 0x78);

export interface UnitSample {
  /** Append of 4 KiB and fdatasync. */
  readonly syncMs: number;
  /** That, and the round trip to another process over loopback TCP: U. */
  readonly unitMs: number;
}

/** The machine's own limit, taken in the same run and at the same cadence as the figures it is compared with. */
export class Unit {
  readonly #file: number;
  readonly #child: ChildProcess;
  readonly #socket: Socket;

  private constructor(file: number, child: ChildProcess, socket: Socket) {
    this.#file = file;
    this.#child = child;
    this.#socket = socket;
  }

  /** Appends to a file in `folder`, which must lie on the disk that the gateways write to. */
  static async open(folder: string): Promise<Unit> {
    const child = fork(join(import.meta.dirname, "echo.mjs"), [], { execArgv: [] });
    const [port] = (await once(child, "message")) as [number];
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new Unit(openSync(join(folder, "unit.bin"), "a"), child, socket);
  }

  async measure(): Promise<UnitSample> {
    const from = nowMs();
    writeSync(this.#file, APPEND_BYTES);
    fdatasyncSync(this.#file);
    const synced = nowMs();
    this.#socket.write(FRAME_BYTES);
    await once(this.#socket, "data");
    return { syncMs: synced - from, unitMs: nowMs() - from };
  }

  /** `count` samples, one each `everyMs`. */
  async series(count: number, everyMs: number): Promise<readonly UnitSample[]> {
    const samples: UnitSample[] = [];
    const start = nowMs();
    for (let index = 0; index < count; index++) {
      const wait = start + index * everyMs - nowMs();
      if (wait > 0) await pause(wait);
      samples.push(await this.measure());
    }
    return samples;
  }

  close(): void {
    this.#socket.destroy();
    this.#child.disconnect();
    closeSync(this.#file);
  }
}
