import assert from "node:assert/strict";
import fc from "fast-check";
import { gps103Definition } from "../../devices/tcp/gps103.ts";
import { h02Definition } from "../../devices/tcp/h02.ts";
import { meitrackDefinition } from "../../devices/tcp/meitrack.ts";
import { minifinderDefinition } from "../../devices/tcp/minifinder.ts";
import { trvDefinition } from "../../devices/tcp/trv.ts";
import { watch3gDefinition } from "../../devices/tcp/watch3g.ts";
import { xexunDefinition } from "../../devices/tcp/xexun.ts";
import type { Example, TcpDefinition, TcpPiece } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { EXAMPLES_AT } from "../support/examples.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");

const push = (definition: TcpDefinition, ...segments: readonly Uint8Array[]): readonly TcpPiece[] => {
  const session = definition.createSession();
  return segments.flatMap((segment) => session.push(segment, EXAMPLES_AT));
};

const reportsOf = (pieces: readonly TcpPiece[]): readonly DecodedReport[] =>
  pieces.flatMap(({ decoded }) => (decoded.type === "reports" ? decoded.reports : []));

const kindsOf = (pieces: readonly TcpPiece[]): readonly string[] => reportsOf(pieces).map(({ kind }) => kind);

const repliesOf = (pieces: readonly TcpPiece[]): readonly string[] =>
  pieces.flatMap(({ reply }) => (reply === null ? [] : [Buffer.from(reply).toString("latin1")]));

const outcomesOf = (pieces: readonly TcpPiece[]): readonly string[] =>
  pieces.map(({ decoded, reply }) => JSON.stringify([decoded, reply && Buffer.from(reply).toString("latin1")]));

/** All that the examples of a protocol say, in one stream; what a device forgot to close is closed. */
function streamOf({ facts }: TcpDefinition, close: string): Uint8Array {
  const ends = new RegExp(`[${close || "\\n"}\\r\\n,]$`);
  const bytesIn = ({ text = "", hex }: Example): Uint8Array => {
    if (hex !== undefined) return Buffer.from(hex, "hex");
    return bytesOf(close === "" || ends.test(text.replace(/,$/, "")) ? text : `${text}${close}`);
  };
  const read = (facts?.examples ?? []).filter(({ gives }) => typeof gives !== "string");
  return Buffer.concat(read.flatMap((one) => [...(one.after ?? []).map(bytesOf), bytesIn(one)]));
}

const split = (stream: Uint8Array, at: number): readonly Uint8Array[] => [stream.subarray(0, at), stream.subarray(at)];
const bytewise = (stream: Uint8Array): readonly Uint8Array[] => [...stream].map((byte) => Uint8Array.of(byte));

interface Protocol {
  readonly definition: TcpDefinition;
  /** What closes a message that its device may leave open; empty: all are closed. */
  readonly close: string;
  /** A call for help, after what the connection said before. */
  readonly login: string;
  readonly help: string;
  /** A beginning that nothing ends. */
  readonly endless: string;
}

const PLACE = "31.241667,121.470833,261125133742,A,8,20,0,0,0.9,10,100,200,460|0|2530|0E57,0000,";
const PROTOCOLS: readonly Protocol[] = [
  {
    definition: watch3gDefinition,
    close: "",
    login: "",
    help: "[3G*8800000017*0070*AL,251126,133742,V,0.0,N,0.0,E,0,0,0,0,100,66,0,0,00010000,0,0]",
    endless: "[3G*8800000017*FFFF*TK,",
  },
  {
    definition: h02Definition,
    close: "",
    login: "",
    help: "*HQ,4200000018,V1,133742,V,3114.5000,N,12128.2500,E,000.00,235,251126,FFFFFBFD#",
    endless: "*HQ,4200000018,NBR,",
  },
  {
    definition: meitrackDefinition,
    close: "",
    login: "",
    help: `$$A152,353456700000017,AAA,1,${PLACE}0000|0000|0000|018D|04CB,00000001,,3,0000,,*ED\r\n`,
    endless: "$$A152,353456700000017,AAA,1,",
  },
  {
    definition: xexunDefinition,
    close: "",
    login: "",
    help: "GPRMC,133742.000,A,3114.5000,N,12128.2500,E,0.00,0.00,251126,,,A*68,F,help me,imei:353579010000012,",
    endless: "GPRMC,",
  },
  {
    definition: gps103Definition,
    close: ";",
    login: "##,imei:359586010000012,A;",
    help: "imei:359586010000012,help me,2611252137,,F,133742.000,A,3114.5000,N,12128.2500,E,0.00,;",
    endless: "imei:359586010000012,vr,",
  },
  {
    definition: trvDefinition,
    close: "#",
    login: "IWAP00353456700000017#",
    help: "IWAP10261125A3114.5000N12128.2500E000.1133700000.0009000806600001,460,0,9520,3671,01,zh-cn,00#",
    endless: "IWAP02,zh_cn,0,9,",
  },
  {
    definition: minifinderDefinition,
    close: ";",
    login: "!1,867273000000018;",
    help: "!D,25/11/26,13:37:42,56.869524,14.820557,0.0,225.8,150041,12.1,58,5,9,0;",
    endless: "!4,",
  },
];

for (const { definition, close, login, help, endless } of PROTOCOLS)
  describe(`A connection of ${definition.bridge}`, () => {
    const stream = streamOf(definition, close);
    const whole = outcomesOf(push(definition, stream));

    /** Nothing is lost or changed; where messages may stay open, a shorter one may be told first, and is no press. */
    const sameAsWhole = (segments: readonly Uint8Array[]): void => {
      const pieces = push(definition, ...segments);
      if (close === "") return assert.deepEqual(outcomesOf(pieces), whole);
      const found = [...whole];
      const extra = pieces.filter((piece) => {
        const isNext = outcomesOf([piece])[0] === found[0];
        if (isNext) found.shift();
        return !isNext;
      });
      assert.deepEqual(found, [], "all of it, in order");
      for (const { kind, press } of reportsOf(extra)) assert.ok(press === null && kind !== "low_battery", kind);
      assert.ok(extra.every(({ decoded }) => decoded.type === "reports"));
    };

    it("says the same wherever its segments are cut", () => {
      assert.ok(whole.length > 5);
      for (let at = 1; at < stream.length; at += 1) sameAsWhole(split(stream, at));
      sameAsWhole(bytewise(stream));
    });

    it("says the same however often it is cut", () => {
      fc.assert(
        fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
          const points = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
          sameAsWhole(points.slice(1).map((point, index) => stream.subarray(points[index], point)));
        }),
        { numRuns: 60 },
      );
    });

    it("finds a call for help behind bytes of any kind", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
          const pieces = push(definition, Buffer.concat([bytesOf(login), garbage, bytesOf(`\r\n${help}`)]));
          assert.ok(kindsOf(pieces).includes("emergency"), JSON.stringify(outcomesOf(pieces)));
        }),
        { numRuns: 300 },
      );
    });

    it("finds a call for help behind one that was cut off anywhere", () => {
      for (let at = 1; at < help.length; at += 1) {
        const pieces = push(definition, bytesOf(`${login}${help.slice(0, at)}\r\n${help}`));
        const last = pieces.at(-1)!;
        assert.ok(kindsOf([last]).includes("emergency"), `${at}: ${JSON.stringify(outcomesOf(pieces))}`);
      }
    });

    it("makes no call for help of noise", () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (noise) => {
          assert.ok(reportsOf(push(definition, noise)).every(({ press }) => press === null));
        }),
        { numRuns: 500 },
      );
    });

    it("holds a bounded part of a message that never ends, and goes on behind it", () => {
      const session = definition.createSession();
      const filler = bytesOf("1,".repeat(512));
      const pieces = [...session.push(bytesOf(login + endless), EXAMPLES_AT)];
      for (let kib = 0; kib < 256; kib += 1) pieces.push(...session.push(filler, EXAMPLES_AT));
      const refused = pieces.filter(({ decoded }) => decoded.type === "rejected" && decoded.code === "oversized");
      assert.ok(refused.length > 0 && refused.length < 600, String(refused.length));
      const after = [...session.push(bytesOf(`]\r\n${help}${help}`), EXAMPLES_AT)];
      assert.ok(kindsOf(after).includes("emergency"), JSON.stringify(outcomesOf(after)));
    });

    it("tells two calls for help in one segment", () => {
      const kinds = kindsOf(push(definition, bytesOf(login + help + help)));
      assert.equal(kinds.filter((kind) => kind === "emergency").length, 2);
    });
  });

describe("A watch", () => {
  const watch = (...texts: readonly string[]): readonly TcpPiece[] =>
    push(watch3gDefinition, ...texts.map((text) => bytesOf(text)));
  const alarm = (status: string, rest = "1,0,460,0,9520,3671,132"): string =>
    `[3G*8800000017*0070*AL,251126,133742,V,0.0,N,0.0,E,0,0,0,0,100,66,0,0,${status},${rest}]`;

  it("tells each alarm of its status, the press before the battery", () => {
    const told = (status: string): readonly string[] => kindsOf(watch(alarm(status)));
    assert.deepEqual(told("00010001"), ["emergency", "low_battery"]);
    assert.deepEqual(told("00330001"), ["emergency", "fall", "tamper", "low_battery"]);
    assert.deepEqual(told("00400000"), ["fall"]);
    assert.deepEqual(told("00020000"), ["low_battery"]);
    assert.deepEqual(told("00100008"), ["tamper"]);
  });

  it("leaves to staff what no document knows, and not what is harmless", () => {
    const unclear = (status: string): unknown => reportsOf(watch(alarm(status)))[0]?.unclear;
    assert.equal(unclear("01000000"), "AL with status 01000000");
    assert.equal(unclear("00000018"), "AL with status 00000018");
    for (const bit of [1, 2, 14, 18, 19, 23])
      assert.equal(unclear((2 ** bit).toString(16).padStart(8, "0")), undefined);
  });

  it("is heard though the name of an access point has a bracket", () => {
    assert.deepEqual(kindsOf(watch(alarm("00010000", "0,2,a]b,34:60:f9:ec:19:f8,-82"))), ["emergency"]);
    assert.deepEqual(kindsOf(watch(alarm("00010000", "0,2,a[b,34:60:f9:ec:19:f8,-82"))), ["emergency"]);
  });

  it("is heard behind a message that was cut off", () => {
    const pieces = watch("[3G*8800000017*0070*UD,251126,1337", alarm("00010000"));
    assert.deepEqual(
      pieces.map(({ decoded }) => decoded.type),
      ["rejected", "reports"],
    );
    assert.deepEqual(kindsOf(pieces), ["emergency"]);
  });

  it("is never told that somebody has its voice message", () => {
    assert.deepEqual(repliesOf(watch("[3G*8800000017*0006*TK,#!AM]")), ["[3G*8800000017*0004*TK,0]"]);
  });

  it("tells a place only with its hemisphere, or a sign", () => {
    const placeOf = (lon: string, ew: string): unknown =>
      reportsOf(watch(`[3G*8800000017*0070*UD,251126,133742,A,16.4,S,${lon},${ew},0,0,0,0,100,66,0,0,00000000,0,0]`))[0]
        ?.position;
    assert.deepEqual(placeOf("68.1", "W"), { lat: -16.4, lon: -68.1, isFix: true });
    assert.deepEqual(placeOf("-68.1", ""), { lat: -16.4, lon: -68.1, isFix: true });
    assert.equal(placeOf("68.1", ""), undefined);
  });
});

describe("A message that its device did not close", () => {
  it("is read when the segment ends, once, whatever closes it later", () => {
    const open = "imei:359586010000012,help me,2611252137,,L,,,113b,,558f,,,";
    for (const rest of [";", "\r\n", "imei:359586010000012,tracker,2611252138,,L,;", "359586010000012"]) {
      const pieces = push(gps103Definition, bytesOf(open), bytesOf(rest));
      assert.equal(kindsOf(pieces).filter((kind) => kind === "emergency").length, 1, rest);
    }
  });

  it("waits for the code of its alarm", () => {
    const open = "IWAP10261125A3114.5000N12128.2500E000.1133700000.0009000806600001,460,0,9520,3671,";
    const pieces = push(trvDefinition, bytesOf("IWAP00353456700000017#"), bytesOf(open), bytesOf("01,zh-cn,00#"));
    assert.deepEqual(kindsOf(pieces), ["other", "emergency"]);
  });

  it("is no battery of 10 % where it may have been one of 100 %", () => {
    for (const [open, rest] of [
      ["1", "0;"],
      ["10", ";"],
      ["10", "0;"],
    ] as const) {
      const pieces = push(minifinderDefinition, bytesOf(`!1,867273000000018;!5,21,A,${open}`), bytesOf(rest));
      assert.deepEqual(
        reportsOf(pieces).map(({ batteryPct }) => batteryPct),
        [null, Number(`${open}${rest.slice(0, -1)}`)],
      );
    }
  });

  it("is answered once", () => {
    assert.deepEqual(repliesOf(push(gps103Definition, bytesOf("##,imei:359586010000012,A"), bytesOf(";"))), ["LOAD"]);
  });
});

describe("Meitrack", () => {
  const help = bytesOf(PROTOCOLS.find(({ definition }) => definition === meitrackDefinition)!.help);

  it("raises no alarm of a message in which one byte is another", () => {
    fc.assert(
      fc.property(fc.nat(help.length - 3), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = help.map((byte, index) => (index === at ? byte ^ change : byte));
        const isSame = Buffer.from(altered).toString("latin1").toUpperCase() === Buffer.from(help).toString("latin1");
        const kinds = kindsOf(push(meitrackDefinition, altered));
        assert.ok(isSame || !kinds.includes("emergency"), Buffer.from(altered).toString("latin1"));
      }),
      { numRuns: 1_000 },
    );
  });

  it("goes on behind records whose length is wrong", () => {
    const wrong = Buffer.from("24244b39302c3335333435363730303030303031372c4343432c0201340000000000", "hex");
    const pieces = push(meitrackDefinition, wrong, bytesOf("*00\r\n".padEnd(80, "x")), help);
    assert.ok(kindsOf(pieces).includes("emergency"), JSON.stringify(outcomesOf(pieces)));
  });
});

describe("H02 in binary", () => {
  const short = "244200000018133742251126311450005512128250" + "0e000235fffffbfd000000";
  const long = `${short}${"00".repeat(13)}`;
  const withImei = "243534567000000170133742251126311450005512128250" + "0e000235fffffbfd".padEnd(36, "0");

  it("has 32 bytes, 45, or 42 with an IMEI", () => {
    for (const [hex, address] of [
      [short, "4200000018"],
      [long, "4200000018"],
      [withImei, "353456700000017"],
    ] as const) {
      const pieces = push(h02Definition, Buffer.from(`${hex}${hex}`, "hex"));
      assert.equal(pieces.length, 2, hex);
      assert.deepEqual(
        reportsOf(pieces).map((one) => [one.kind, one.address]),
        [
          ["emergency", address],
          ["emergency", address],
        ],
        hex,
      );
    }
  });

  it("says the same when a long one is cut where a short one ends", () => {
    const pieces = push(h02Definition, ...split(Buffer.from(long, "hex"), 32));
    assert.deepEqual(
      pieces.map(({ decoded }) => decoded.type),
      ["reports"],
    );
  });
});
