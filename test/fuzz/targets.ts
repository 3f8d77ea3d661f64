import type { Decoded, Definition, Example, KeyOf } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

/** A message of a protocol, with what its connection said before. */
export interface Source {
  readonly name: string;
  /** Empty but for MQTT. */
  readonly topic: string;
  readonly before: readonly Uint8Array[];
  readonly message: Uint8Array;
  /** What it and what came before it report, each as one text. */
  readonly reports: readonly string[];
  /** The presses among it, each as address and press. */
  readonly presses: readonly string[];
  /** It calls for help already. */
  readonly isCall: boolean;
  /** Not a message of its protocol: an example of noise. */
  readonly isRejected: boolean;
}

/** A protocol under test: its definition, its messages and the buttons that a site would have enrolled. */
export interface Target {
  readonly definition: Definition;
  readonly sources: readonly Source[];
  /** Presses of buttons that are enrolled: those of the examples. */
  readonly known: ReadonlySet<string>;
  readonly keyOf: KeyOf;
}

/** One line, connection or broker, from its opening. */
export type Feed = (topic: string, bytes: Uint8Array) => readonly Decoded[];

export function openFeed({ definition, keyOf }: Pick<Target, "definition" | "keyOf">): Feed {
  switch (definition.transport) {
    case "mqtt":
      return (topic, bytes) => [definition.decode(topic, bytes, keyOf)];
    case "serial": {
      const framer = definition.createFramer();
      return (_topic, bytes) =>
        framer.push(bytes).map((piece) => {
          if ("frame" in piece) return definition.decode(piece.frame, keyOf);
          return { type: "rejected", ...piece.rejected };
        });
    }
    case "tcp": {
      const session = definition.createSession();
      return (_topic, bytes) => session.push(bytes, EXAMPLES_AT).map(({ decoded }) => decoded);
    }
  }
}

/** What nobody can take for a press of an enrolled device: it lacks the proof that its protocol has. */
const isDisproved = ({ proof }: DecodedReport): boolean => proof === "wrong-tag" || proof === "no-key";

/** What a site would believe. */
export const reportsIn = (decoded: readonly Decoded[]): readonly DecodedReport[] =>
  decoded.flatMap((one) => (one.type === "reports" ? one.reports.filter((report) => !isDisproved(report)) : []));

export const pressOf = ({ address, press }: DecodedReport): string => `${address} ${press}`;

export function targetOf(definition: Definition): Target {
  const examples = definition.facts?.examples ?? [];
  const keys = Object.assign({}, ...examples.map((example) => example.keys ?? {})) as Record<string, string>;
  const keyOf: KeyOf = (address) => (keys[address] === undefined ? undefined : Buffer.from(keys[address], "hex"));
  const sources = examples.map((example) => sourceOf({ definition, keyOf }, example));
  return { definition, sources, keyOf, known: new Set(sources.flatMap(({ presses }) => presses)) };
}

function sourceOf(target: Pick<Target, "definition" | "keyOf">, example: Example): Source {
  const { name, topic = "", text, hex, after = [] } = example;
  const bytesIn = (written: string): Uint8Array => Buffer.from(written, hex === undefined ? "utf8" : "hex");
  const before = after.map(bytesIn);
  const message = bytesIn(hex ?? text ?? "");
  const feed = openFeed(target);
  const decoded = [...before, message].flatMap((bytes) => feed(topic, bytes));
  const reports = reportsIn(decoded);
  return {
    ...{ name, topic, before, message },
    reports: reports.map((report) => JSON.stringify(report)),
    presses: reports.filter(({ press }) => press !== null).map(pressOf),
    isCall: reports.some(({ kind }) => kind === "emergency"),
    isRejected: decoded.every(({ type }) => type === "rejected"),
  };
}
