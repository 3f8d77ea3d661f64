import type { Decoded, Definition, Example, KeyOf, TcpPiece } from "../../gateway/core/definition.ts";

/** What a definition makes of one of its examples, and what it answers, written like the example. */
export interface Outcome {
  readonly decoded: readonly Decoded[];
  readonly replies: readonly string[];
}

const isHex = ({ hex }: Example): boolean => hex !== undefined;

const bytesIn = (text: string, hex: boolean): Uint8Array => Buffer.from(text, hex ? "hex" : "utf8");

const written = (bytes: Uint8Array, hex: boolean): string => Buffer.from(bytes).toString(hex ? "hex" : "utf8");

const keysOf =
  ({ keys = {} }: Example): KeyOf =>
  (address) =>
    keys[address] === undefined ? undefined : Buffer.from(keys[address], "hex");

/** Feeds what came before, then the message itself, as one connection or line does. */
export function run(definition: Definition, example: Example): Outcome {
  const hex = isHex(example);
  const messages = [...(example.after ?? []), example.hex ?? example.text ?? ""].map((text) => bytesIn(text, hex));
  const last = messages.at(-1)!;
  switch (definition.transport) {
    case "mqtt":
      for (const before of messages.slice(0, -1)) definition.decode(example.topic!, before, keysOf(example));
      return { decoded: [definition.decode(example.topic!, last, keysOf(example))], replies: [] };
    case "serial": {
      const framer = definition.createFramer();
      const pieces = messages.map((bytes) => framer.push(bytes)).at(-1)!;
      const decoded = pieces.map((piece): Decoded =>
        "frame" in piece ? definition.decode(piece.frame, keysOf(example)) : { type: "rejected", ...piece.rejected },
      );
      return { decoded, replies: [] };
    }
    case "tcp": {
      const session = definition.createSession();
      let pieces: readonly TcpPiece[] = [];
      for (const bytes of messages) pieces = session.push(bytes, EXAMPLES_AT);
      return {
        decoded: pieces.map((piece) => piece.decoded),
        replies: pieces.flatMap(({ reply }) => (reply === null ? [] : [written(reply, hex)])),
      };
    }
  }
}

/** The time at which examples are read: 2026-11-25 13:37:42 UTC. */
export const EXAMPLES_AT = Date.UTC(2026, 10, 25, 13, 37, 42);
