import type { TcpLimits } from "./limits.ts";

/** What the book knows of a connection. */
export interface Booked {
  /** Whom the limits count it for. */
  readonly remoteKey: string;
  /** A device that somebody enrolled has spoken on it. */
  readonly isKnown: boolean;
  close(why: "makes-room" | "replaced"): void;
}

/** All connections of one listener: how many there may be, and which one a device speaks on. */
export class Connections<One extends Booked> {
  readonly #limits: Pick<TcpLimits, "connectionsMax" | "connectionsPerRemoteMax">;
  /** In the order of their coming. */
  readonly #all = new Set<One>();
  readonly #ofRemote = new Map<string, Set<One>>();
  readonly #ofDevice = new Map<string, One>();
  readonly #deviceOf = new Map<One, string>();

  constructor(limits: Pick<TcpLimits, "connectionsMax" | "connectionsPerRemoteMax">) {
    this.#limits = limits;
  }

  get all(): ReadonlySet<One> {
    return this.#all;
  }

  /** False: there are too many, all of enrolled devices. */
  admit(one: One): boolean {
    const { connectionsMax, connectionsPerRemoteMax } = this.#limits;
    const neighbours = this.#ofRemote.get(one.remoteKey) ?? new Set();
    if (neighbours.size >= connectionsPerRemoteMax && !this.#makeRoom(neighbours)) return false;
    if (this.#all.size >= connectionsMax && !this.#makeRoom(this.#all)) return false;
    this.#all.add(one);
    this.#ofRemote.set(one.remoteKey, neighbours.add(one));
    return true;
  }

  /** The device speaks here now: a connection that it had before is dead, whatever the kernel thinks. */
  claim(device: string, one: One): void {
    const before = this.#ofDevice.get(device);
    if (before === one) return;
    this.#release(one);
    this.#ofDevice.set(device, one);
    this.#deviceOf.set(one, device);
    before?.close("replaced");
  }

  left(one: One): void {
    this.#all.delete(one);
    const neighbours = this.#ofRemote.get(one.remoteKey);
    neighbours?.delete(one);
    if (neighbours?.size === 0) this.#ofRemote.delete(one.remoteKey);
    this.#release(one);
  }

  #release(one: One): void {
    const device = this.#deviceOf.get(one);
    if (device !== undefined && this.#ofDevice.get(device) === one) this.#ofDevice.delete(device);
    this.#deviceOf.delete(one);
  }

  #makeRoom(among: ReadonlySet<One>): boolean {
    for (const one of among) {
      if (one.isKnown) continue;
      one.close("makes-room");
      this.left(one);
      return true;
    }
    return false;
  }
}
