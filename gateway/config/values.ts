import { accessSync, constants, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { DURATION_FORM, formatDuration, parseDuration } from "../core/units.ts";
import type { DurationMs } from "../core/units.ts";
import { map, nearestOf, required, scalar } from "./shape.ts";
import type { ScalarResult, Shape } from "./shape.ts";
import type { SourceScalar } from "./source.ts";

/** Where a server listens. Port 0 takes any free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

const fromEnvironment = (node: SourceScalar): boolean => node.place.file === "environment";

/** Gives the text, or says how to quote what YAML took for something else. `secret` values are never repeated. */
function textOf(node: SourceScalar, secret: boolean): ScalarResult<string> {
  if (typeof node.value !== "string") {
    const quoted = secret ? 'as in "…"' : `"${node.source}"`;
    return { wrong: `is read as a ${typeof node.value}; put it in quotes: ${quoted}` };
  }
  if (node.value.trim() === "") return { wrong: "is empty; must be some text" };
  return { value: node.value };
}

const textShape = <T>(expected: string, read: (text: string, folder: string) => ScalarResult<T>, secret = false) =>
  scalar<T>(expected, (node, { folder }) => {
    const text = textOf(node, secret);
    return "wrong" in text ? text : read(text.value, folder);
  });

/** Text of one form: `read` gives the value, or null where the text does not have it. */
export const textLike = (form: string, read: (text: string) => string | null): Shape<string> =>
  textShape(form, (given) => {
    const value = read(given);
    return value === null ? { wrong: `"${given}" is not ${form}` } : { value };
  });

/** Any text that is not blank. */
export const text: Shape<string> = textShape("text", (value) => ({ value }));

/** Text that error messages never show. */
export const secretText: Shape<string> = textShape("text", (value) => ({ value }), true);

/** The topic that a bridge publishes below: no wildcard, and not where our own pendants speak. */
export const baseTopic: Shape<string> = textShape("a topic, as zigbee2mqtt", (value) => {
  const isTopic = value.length <= 64 && /^[^\x00-\x20+#$/][^\x00-\x1f+#]*$/.test(value) && !value.endsWith("/");
  if (!isTopic)
    return { wrong: `"${value}" is no base topic; must be 1 to 64 characters without + and #, and no / at its ends` };
  return /^okc(?:\/|$)/.test(value)
    ? { wrong: `"${value}" is where pendants of our own speak; take another` }
    : { value };
});

/** One of a few words. */
export function oneOf<W extends string>(...words: readonly W[]): Shape<W> {
  const allowed = words.join(", ");
  return textShape(`one of ${allowed}`, (value) => {
    const word = words.find((entry) => entry === value);
    if (word !== undefined) return { value: word };
    const near = nearestOf(value, words);
    return { wrong: `"${value}" is not known${near ? `; did you mean ${near}?` : ";"} allowed: ${allowed}` };
  });
}

/** A whole number from `min` to `max`. Variables of the environment are text, so digits do there. */
export function wholeNumber(min: number, max: number): Shape<number> {
  const expected = `a whole number from ${min} to ${max}`;
  return scalar(expected, (node) => {
    const digits = fromEnvironment(node) && typeof node.value === "string" && /^\d{1,15}$/.test(node.value);
    const value = digits ? Number(node.value) : node.value;
    if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return { value };
    return { wrong: `"${node.source}" is not ${expected}${typeof value === "string" ? ", without quotes" : ""}` };
  });
}

/** true or false. */
export const flag: Shape<boolean> = scalar("true or false", (node) => {
  const value = fromEnvironment(node) && /^(true|false)$/.test(String(node.value)) ? node.value === "true" : node.value;
  return typeof value === "boolean" ? { value } : { wrong: `"${node.source}" is not true or false` };
});

/** A length of time between two others, both included. */
export function duration(minMs: DurationMs, maxMs: DurationMs): Shape<DurationMs> {
  return scalar(DURATION_FORM, (node) => {
    const value = parseDuration(node.source.trim());
    if (value === null) return { wrong: `"${node.source}" is not a duration; must be ${DURATION_FORM}` };
    if (value >= minMs && value <= maxMs) return { value };
    return { wrong: `must be from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, not ${node.source}` };
  });
}

/** A path; a relative one starts from the configuration file's folder. */
export const path: Shape<string> = textShape("a path", (value, folder) => ({ value: resolve(folder, value) }));

/** The path of a file that must be there and readable. */
export const readableFile: Shape<string> = textShape("the path of a file", (value, folder) => {
  const file = resolve(folder, value);
  try {
    accessSync(file, constants.R_OK);
    return { value: file };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
    return { wrong: `${file} ${why}` };
  }
});

const LISTEN_FORM = "an address and a port: 127.0.0.1:1883, 0.0.0.0:8883 or [::1]:1883";

/** `127.0.0.1:1883`, `[::1]:1883`, `localhost:0`. */
export const listen: Shape<Listen> = textShape(LISTEN_FORM, (value) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(value);
  const port = Number(match?.[3]);
  if (match && port <= 65_535) return { value: { host: (match[1] ?? match[2])!, port } };
  return { wrong: `"${value}" is not ${LISTEN_FORM}` };
});

/** A URL of one of the protocols (`http:`, …), as it was written. It may hold a password: never shown. */
export function url(...protocols: readonly string[]): Shape<string> {
  const form = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
  return textShape(form, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (!parsed || !protocols.includes(parsed.protocol) || parsed.hostname === "") return { wrong: `must be ${form}` };
    return { value };
  });
}

const PHONE_FORM = 'a telephone number in quotes: "0574-87654321" or "+86 574 87654321"';

/** A telephone number as people write it. */
export const phone: Shape<string> = textShape(PHONE_FORM, (value) =>
  /^\+?\d[\d -]{1,24}$/.test(value) ? { value } : { wrong: `"${value}" is not ${PHONE_FORM}` },
);

/** `sip.example.cn`, `192.0.2.1:5080`. */
export const sipHost: Shape<string> = textShape("a host", (value) =>
  /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/.test(value)
    ? { value }
    : { wrong: `"${value}" is no host; must be as sip.example.cn or 192.0.2.1:5060` },
);

const SIP_FORM = "a SIP address, as sip:81890@sip.example.cn";

/** `sip:name@host`, without what would end it in a command. */
export const sipAddress: Shape<string> = textShape(SIP_FORM, (value) =>
  /^sips?:[^\s<>";,]{1,200}$/.test(value) ? { value } : { wrong: `"${value}" is not ${SIP_FORM}` },
);

/** Whom a telephone calls. */
export const callee: Shape<string> = textShape("a telephone number or a SIP address", (value) =>
  /^(?:\+?\d[\d -]{1,24}|sips?:[^\s<>";,]{1,200})$/.test(value)
    ? { value }
    : { wrong: `"${value}" is neither a telephone number in quotes, as "81890", nor ${SIP_FORM}` },
);

/** The site's zone where none is given. */
export const DEFAULT_TIMEZONE = "Asia/Shanghai";

/** A name of the tz database. */
export const timezone: Shape<string> = textShape("a time zone", (value) => {
  // Looking a zone up loads ICU's tables, 10 ms of a start.
  if (value === DEFAULT_TIMEZONE) return { value };
  try {
    new Intl.DateTimeFormat("en", { timeZone: value });
    return { value };
  } catch {
    return {
      wrong: `"${value}" is no time zone; allowed: names of the tz database, as Asia/Shanghai or Europe/Berlin`,
    };
  }
});

/** The name of a UPS at a NUT server (RFC 9271: no blanks). */
export const upsName: Shape<string> = textShape("the name of a UPS", (value) =>
  /^[A-Za-z0-9._-]{1,64}$/.test(value)
    ? { value }
    : {
        wrong: `"${value}" is not the name of a UPS; must be letters, digits, dot, underscore, hyphen (see \`upsc -l\`)`,
      },
);

/** A controller's number in SCAIP: 1–16 digits (SS 91100, `cid`). */
export const controller: Shape<string> = scalar("1 to 16 digits in quotes", (node) => {
  if (typeof node.value !== "string") {
    return { wrong: `must stand in quotes, or leading zeros are lost: "${node.source}"` };
  }
  return /^\d{1,16}$/.test(node.value) ? { value: node.value } : { wrong: `"${node.value}" is not 1 to 16 digits` };
});

const SIP_USER = "letters, digits and any of - _ . ! ~ * ' ( ) & = + $ ,";

/** The user's part of a SIP address, without escapes (RFC 3261, section 25). */
export const sipUser: Shape<string> = textShape("a SIP user", (value) =>
  /^[A-Za-z0-9\-_.!~*'()&=+$,]{1,64}$/.test(value) ? { value } : { wrong: `"${value}" must be ${SIP_USER}` },
);

/** An address of SIP as messages name it. */
export const sipUri: Shape<string> = textShape("a SIP address", (value) =>
  /^sips?:[^\s<>"@]*@?[^\s<>"@]+$/.test(value)
    ? { value }
    : { wrong: `"${value}" is not a SIP address, as sip:alarm@example.com` },
);

/** An address without a name: 192.0.2.7 or 2001:db8::7. */
export const ipAddress: Shape<string> = textShape("an IP address", (value) =>
  isIP(value) ? { value } : { wrong: `"${value}" is not an IP address` },
);

/** A DC-09 account: 3–16 hexadecimal digits (ANSI/SIA DC-09, account token). */
export const account: Shape<string> = scalar("3 to 16 digits in quotes", (node) => {
  if (typeof node.value !== "string") {
    return { wrong: `must stand in quotes, or leading zeros are lost: "${node.source}"` };
  }
  if (/^[0-9a-fA-F]{3,16}$/.test(node.value)) return { value: node.value };
  return { wrong: `"${node.value}" is not an account; must be 3 to 16 digits, 0-9 and A-F` };
});

const SECRET_MAX_BYTES = 16 * 1_024;

const secretFile: Shape<string> = map({ file: required(readableFile) }, ({ file }) => {
  const bytes = readFileSync(file);
  const content = bytes.length > SECRET_MAX_BYTES ? "" : bytes.toString("utf8").replace(/\r?\n$/, "");
  return content === "" || content.includes("\n")
    ? { key: "file", wrong: `${file} must hold the secret in one line` }
    : { value: content };
});

/** `secretText`, or `{ file: PATH }`: what the file holds, without the line's end. */
export const secret: Shape<string> = {
  fields: { file: path },
  orScalar: true,
  read: (node, reading) => (node.type === "map" ? secretFile.read(node, reading) : secretText.read(node, reading)),
};

/** As `url`, or `{ file: PATH }`: what stands in an address of a service is often its key. */
export function secretUrl(...protocols: readonly string[]): Shape<string> {
  const form = url(...protocols);
  return {
    ...secret,
    read(node, reading) {
      const given = secret.read(node, reading);
      return given === undefined
        ? undefined
        : form.read({ ...node, type: "scalar", value: given, source: "" }, reading);
    },
  };
}
