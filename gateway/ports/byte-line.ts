/** A line of bytes that is kept open for ever: a lost port is opened anew, and a closed one is never written to. */
export interface ByteLine {
  readonly isOpen: boolean;
  /** Resolves after the first try to open, however it ended. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Null: it is closed or takes no more. Otherwise settles when the kernel has the bytes or the port is lost. */
  write(bytes: Uint8Array): Promise<void> | null;
  /** What is open is not trusted: a new port object takes over. */
  renew(why: string): void;
}

export interface ByteLineEvents {
  /** A fresh port: what was half read belongs to the old one. */
  opened(): void;
  bytes(bytes: Uint8Array): void;
  /** Called when the line comes up, goes down, or stays down for another reason. */
  state(up: boolean, why: string): void;
  /** The port is opened anew on suspicion; the line counts as up unless that fails. */
  renewed(why: string): void;
}

/** Makes a line and opens nothing yet. */
export type CreateByteLine = (path: string, baud: number, events: ByteLineEvents) => ByteLine;
