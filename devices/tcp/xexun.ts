import type { Framer, TcpDefinition } from "../../gateway/core/definition.ts";
import type { DecodedReport } from "../../gateway/core/report.ts";
import { nmeaDegrees, positionAt } from "../parts/coordinates.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, saidBy, type Login, type Read } from "../parts/tcp-session.ts";
import { bytesOf, latin1, quoted } from "../parts/text.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

/**
 * Trackers of Xexun: an NMEA sentence, an alarm's word and `imei:…,`. The short form begins with the sentence and has
 * no line ends; the long one has a serial number and a telephone before it, and readings behind.
 */

/** From the sentence to the number; real ones have half of it. */
const MESSAGE_MAX_BYTES = 512;

const NUMBER = /imei:\d+[,;\r\n]/;
/** So many characters may belong to a number whose rest is still to come. */
const NUMBER_MAX_CHARS = "imei:353456700000017".length + 2;
/** The last sentence before the number. */
const SENTENCE =
  /[^]*G[PN]RMC,([\d.]*),([AV]),([\d.]*),([NS]?),([\d.]*),([EW]?),[\d.]*,[\d.]*,(\d{6})?,[^*]*\*[0-9a-f]{2}/i;
/** Whether satellites are heard, the alarm's word, the number. Indoors there may be no sentence before them. */
const NAMED = /,([FL]),(?:([^,]*),)? ?imei:(\d+)[,;\r\n]$/i;

const EMERGENCY = /^(?:help me!?|sos)$/i;
const LOW_BATTERY = /^low battery!?$/i;
const HARMLESS =
  /^(?:|acc ?(?:on|off|start|stop)|moved?!?|(?:over)?speed!?|stockade!?|ac alarm|sensor alarm|door alarm)$/i;

export const xexunDefinition = {
  transport: "tcp",
  bridge: "xexun",
  facts: {
    title: "Xexun",
    devices: "TK101, TK102, TK103, TK201 and XT trackers of Xexun with an SOS key",
    sources: ["traccar XexunProtocolDecoder, both forms"],
    presses: "the words help me are an emergency",
    cancel: null,
    dedup: { key: "the word, and the message's own date and time", windowMs: ALARM_REPEAT_MS },
    battery: "the words low battery; no percentage",
    signal: null,
    integrity: "the checksum of NMEA covers the sentence only, neither the alarm nor the number: it is not looked at",
    downlink: null,
    examples: [
      {
        name: "the SOS key",
        source: "composed",
        text: "GPRMC,133742.000,A,3114.5000,N,12128.2500,E,0.00,0.00,251126,,,A*68,F,help me,imei:353579010000012,",
        gives: [
          {
            kind: "emergency",
            address: "353579010000012",
            press: "help me",
            repeatMs: 60_000,
            mark: "251126/133742.000",
            position: { lat: 31.241667, lon: 121.470833, isFix: true },
          },
        ],
      },
      {
        name: "the SOS key, long form",
        source: "composed",
        text: "261125213742,+8613800000000,GPRMC,133742.000,V,3114.5000,S,5128.2500,W,0.00,0.00,251126,,,A*68,L,help me!, imei:353579010000012,04,48.2,L:3.5V,0,139,2689,460,00,2725,0576\r\n",
        gives: [
          {
            kind: "emergency",
            press: "help me!",
            position: { lat: -31.241667, lon: -51.470833, isFix: false },
          },
        ],
      },
      {
        name: "the SOS key indoors, long form",
        source: "composed",
        text: "261125213742,+8613800000000,,L,help me!, imei:353579010000012,,,F:4.28V,1,52,11565,460,01,000E,1FC5\r\n",
        gives: [{ kind: "emergency", address: "353579010000012", press: "help me!" }],
      },
      {
        name: "a flat battery",
        source: "composed",
        text: "GNRMC,133742.000,A,3114.5000,N,12128.2500,E,0.00,,251126,,,A*68,F,low battery,imei:353579010000012,",
        gives: [{ kind: "low_battery", press: null }],
      },
      {
        name: "a position",
        source: "composed",
        text: "GPRMC,133742.000,A,3114.5000,N,12128.2500,E,0.00,0.00,251126,00,0000.0,A*68,F,,imei:353579010000012,",
        gives: [{ kind: "other", press: null }],
      },
      {
        name: "a word that is not in the list",
        source: "composed",
        text: "GPRMC,133742.000,A,3114.5000,N,12128.2500,E,0.00,0.00,251126,,,A*68,F,shock!,imei:353579010000012,",
        gives: [{ kind: "other", press: null, unclear: "shock!" }],
      },
      {
        name: "a sentence without a word",
        source: "composed",
        text: "GPRMC,133742.000,A,3114.5000,N,12128.2500,E,imei:353579010000012,",
        gives: "rejected",
      },
    ],
  },
  // How often it reports is set on it by SMS.
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "text",
  createSession: () => createTcpSession(createXexunFramer(), read),
} satisfies TcpDefinition;

/** Cuts behind each number. What stands between it and the next sentence is the rest of its line, of no interest. */
function createXexunFramer(): Framer {
  let held = "";

  const next = (): ReturnType<Framer["push"]>[number] | null => {
    const end = NUMBER.exec(held);
    const length = end ? end.index + end[0].length : held.length;
    if (length > MESSAGE_MAX_BYTES) {
      held = held.slice(-NUMBER_MAX_CHARS);
      return { rejected: { code: "oversized", message: `more than ${MESSAGE_MAX_BYTES} bytes without a number` } };
    }
    if (!end) return null;
    const frame = bytesOf(held.slice(0, length));
    held = held.slice(length);
    return { frame };
  };

  return {
    push(bytes) {
      held += latin1(bytes);
      const pieces = [];
      for (let piece = next(); piece; piece = next()) pieces.push(piece);
      return pieces;
    },
    reset() {
      held = "";
    },
  };
}

function read(frame: Uint8Array, login: Login): Read {
  const text = latin1(frame);
  const named = NAMED.exec(text);
  if (!named) return { decoded: rejected("bad-field", `no word and number of a device in ${quoted(text)}`) };
  const address = normalizeImei(named[3]!);
  if (address === null) return { decoded: rejected("bad-field", `${quoted(named[3]!)} is not the number of a device`) };
  login.address = address;
  const [, time = "", validity, lat = "", ns = "", lon = "", ew = "", date = ""] = SENTENCE.exec(text) ?? [];
  const said: Omit<DecodedReport, "kind" | "press"> = {
    ...saidBy(login),
    ...positionAt(nmeaDegrees(lat, ns), nmeaDegrees(lon, ew), validity === "A"),
  };
  const word = named[2]?.trim() ?? "";
  const repeat = { repeatMs: ALARM_REPEAT_MS, ...(/^\d{6}/.test(time) && { mark: `${date}/${time}` }) };
  if (EMERGENCY.test(word))
    return { decoded: { type: "reports", reports: [{ ...said, kind: "emergency", press: word, ...repeat }] } };
  const kind = LOW_BATTERY.test(word) ? "low_battery" : "other";
  const cause = kind === "other" && !HARMLESS.test(word) && { ...repeat, unclear: word };
  return { decoded: { type: "reports", reports: [{ ...said, kind, press: null, ...cause }] } };
}
