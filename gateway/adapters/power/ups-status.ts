/** What a UPS says of itself (RFC 9271, appendix; status words of the NUT developer guide). */
export interface UpsStatus {
  /** Null: it does not say whether the mains are there. */
  readonly mains: "there" | "lost" | null;
  /** The battery is nearly empty, or a shutdown is ordered. */
  readonly batteryLow: boolean;
  /** The battery must be replaced. */
  readonly batteryWorn: boolean;
}

/** Reads `ups.status`. Words that nobody told us are passed over; OB wins over OL, because a false calm is worse. */
export function readStatus(text: string): UpsStatus {
  const words = new Set(text.toUpperCase().split(/\s+/));
  const isShutDown = words.has("FSD");
  return {
    mains: words.has("OB") || isShutDown ? "lost" : words.has("OL") ? "there" : null,
    batteryLow: words.has("LB") || isShutDown,
    batteryWorn: words.has("RB"),
  };
}

/** The value of an answer `VAR ups name "value"`; null for anything else. */
export function valueIn(line: string | undefined): string | null {
  const match = /^VAR \S+ \S+ "((?:[^"\\]|\\.)*)"\s*$/.exec(line ?? "");
  return match ? match[1]!.replaceAll(/\\(.)/g, "$1") : null;
}
