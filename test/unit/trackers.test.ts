import assert from "node:assert/strict";
import fc from "fast-check";
import { ev07bDefinition } from "../../devices/tcp/ev07b.ts";
import { gt06Definition } from "../../devices/tcp/gt06.ts";
import { jt808Definition } from "../../devices/tcp/jt808.ts";
import { topinDefinition } from "../../devices/tcp/topin.ts";
import type { TcpDefinition, TcpPiece } from "../../gateway/core/definition.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

const TRACKERS: readonly TcpDefinition[] = [gt06Definition, ev07bDefinition, topinDefinition, jt808Definition];

/** What stands in front of it no check covers with some. */
const HEAD_BYTES = 8;

const bytesOf = (...parts: readonly string[]): Uint8Array => Buffer.from(parts.join(""), "hex");

/** What a connection of these chunks says, and what it is answered. */
function read(definition: TcpDefinition, ...chunks: readonly Uint8Array[]): readonly unknown[] {
  const session = definition.createSession();
  return chunks.flatMap((chunk) => session.push(chunk, EXAMPLES_AT)).map(shown);
}

const shown = ({ decoded, reply }: TcpPiece): unknown => ({
  decoded,
  reply: reply === null ? null : Buffer.from(reply).toString("hex"),
});

for (const definition of TRACKERS) {
  const examples = definition.facts!.examples;
  const login = examples[0]!;
  const session = bytesOf(...examples.map(({ hex }) => hex!));

  describe(`A connection of ${definition.bridge}`, () => {
    it("begins with a login that names the device and is answered", () => {
      const [piece] = definition.createSession().push(bytesOf(login.hex!), EXAMPLES_AT);
      assert.ok(piece!.decoded.type === "reports" && piece!.reply !== null);
      const [report] = piece!.decoded.reports;
      assert.equal(definition.normalizeAddress(report!.address), report!.address);
    });

    it("says the same however it is split", () => {
      const whole = read(definition, session);
      assert.ok(whole.length >= examples.length, `${whole.length} of ${examples.length}`);
      for (let at = 1; at < session.length; at++)
        assert.deepEqual(
          read(definition, session.subarray(0, at), session.subarray(at)),
          whole,
          `split at ${at} of ${session.length}`,
        );
      assert.deepEqual(read(definition, ...[...session].map((byte) => Uint8Array.of(byte))), whole);
    });

    it("finds a frame behind garbage, and says of the garbage once that it was there", () => {
      const found = read(definition, bytesOf("0102030405", "ff".repeat(300)), bytesOf(login.hex!)) as {
        decoded: { type: string };
      }[];
      assert.deepEqual(
        found.map(({ decoded }) => decoded.type),
        ["rejected", "reports"],
      );
    });

    it("finds the next frame behind one that broke off", () => {
      for (const { hex } of examples)
        for (const cut of [3, Math.floor(hex!.length / 4)]) {
          const found = read(definition, bytesOf(hex!.slice(0, 2 * cut), login.hex!, login.hex!, login.hex!));
          const named = found.filter((one) => JSON.stringify(one).includes('"type":"reports"'));
          assert.ok(named.length >= 1, `${hex} cut at ${cut}: ${JSON.stringify(found)}`);
        }
    });

    it("keeps no more than its largest frame, and hears a device that comes after a flood", () => {
      const connection = definition.createSession();
      const flood = fc.sample(fc.uint8Array({ minLength: 4_000, maxLength: 4_000 }), { numRuns: 25, seed: 5 });
      for (const bytes of flood) connection.push(bytes, EXAMPLES_AT);
      for (const byte of [...new Set(bytesOf(login.hex!))])
        connection.push(new Uint8Array(4_000).fill(byte), EXAMPLES_AT);
      // A frame that the flood announced may swallow some of what follows.
      const heard = Array.from({ length: 300 }, () => connection.push(bytesOf(login.hex!), EXAMPLES_AT)).flat();
      assert.ok(heard.some((piece) => piece.decoded.type === "reports" && piece.reply !== null));
    });

    it("never throws, and mutated frames without a right check call for nobody", () => {
      const frames = examples.filter(({ reply }) => reply !== undefined).map(({ hex }) => bytesOf(hex!));
      fc.assert(
        fc.property(fc.nat(frames.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, where, change) => {
          const frame = Uint8Array.from(frames[which]!);
          frame[HEAD_BYTES + (where % (frame.length - HEAD_BYTES))]! ^= change;
          const connection = definition.createSession();
          connection.push(bytesOf(login.hex!), EXAMPLES_AT);
          const pieces = connection.push(frame, EXAMPLES_AT);
          if (definition.facts!.integrity !== null && frame.length > HEAD_BYTES)
            for (const { decoded } of pieces)
              if (decoded.type === "reports") assert.ok(decoded.reports.every(({ press }) => press === null));
        }),
        { numRuns: 3_000, seed: 11 },
      );
    });
  });
}
