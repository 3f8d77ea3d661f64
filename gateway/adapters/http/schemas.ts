import { Type } from "typebox";
import type { ActName, DeviceActName } from "../../core/input.ts";
import { MEANS, ANSWERS, OUTCOMES, ROLES } from "../../core/kinds.ts";
import { GROUPINGS } from "../../core/response-report.ts";
import { ENDPOINT_MAX_CHARS } from "../../core/push-subscription.ts";
import { SITE_TIME_FORM } from "../../core/site-time.ts";
import { NAME_MAX_CHARS, NOTE_MAX_CHARS } from "./limits.ts";

/** Which alarms a list holds. `open`: all that need somebody. */
export const ALARM_FILTERS = ["open", "resolved", "closed", "all"] as const;

const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: "\\S", description });
const version = Type.Integer({ minimum: 0, description: "the version that was seen, a whole number" });
const list = (item: object) => Type.Array(Type.Unsafe<unknown>(item));
const anything = { type: "object", additionalProperties: true };

export const AlarmId = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40, description: "an alarm's id, or its number where only one has it" }),
});
export const ProofId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) });
export const OfferId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) });
export const ResponderId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
export const PushLink = Type.Object({ link: Type.String({ minLength: 1, maxLength: 400, pattern: "^[\\w-]+$" }) });
export const Subscription = Type.Object(
  {
    endpoint: text(ENDPOINT_MAX_CHARS, "the address of the browser's push service"),
    keys: Type.Object({
      p256dh: text(100, "the browser's public key, in base64url"),
      auth: text(40, "16 bytes in base64url"),
    }),
  },
  { description: "what PushSubscription.toJSON() gives" },
);
export const AlarmsQuery = Type.Object({ state: Type.Optional(Type.Enum([...ALARM_FILTERS])) });
export const ImportQuery = Type.Object({
  dryRun: Type.Optional(Type.Enum(["1", "0"], { description: "1: nothing is kept" })),
});
const inSiteTime = (which: string) => text(40, `${which}: ${SITE_TIME_FORM}`);
export const ResponseTimesQuery = Type.Object({
  from: inSiteTime("alarms opened from then on"),
  to: inSiteTime("and before then"),
  by: Type.Optional(Type.Enum([...GROUPINGS])),
  format: Type.Optional(Type.Enum(["json", "csv"])),
});
export const MonthQuery = Type.Object({
  month: Type.Optional(text(40, "2026-10; without it the last month that is over")),
  format: Type.Optional(Type.Enum(["html", "json"])),
});

const PlainAct = Type.Object({ version });
const NoteAct = Type.Object({ version, text: text(NOTE_MAX_CHARS, "what to note") });
const ResolveAct = Type.Object({
  version,
  outcome: Type.Enum([...OUTCOMES]),
  note: Type.Optional(Type.String({ maxLength: NOTE_MAX_CHARS })),
});

/** What each act is sent with. Fields beyond these are ignored. */
export const ACT_BODIES = {
  take: PlainAct,
  release: PlainAct,
  arrive: PlainAct,
  "verify-cancel": PlainAct,
  note: NoteAct,
  resolve: ResolveAct,
  close: PlainAct,
} as const satisfies Record<ActName, unknown>;

export const OfferAnswer = Type.Object({
  version,
  answer: Type.Enum([...ANSWERS]),
  message: Type.Optional(
    Type.String({ pattern: "^d[0-9]{1,9}$", description: "which message of the offer it comes by, as its link says" }),
  ),
  token: Type.Optional(Type.String({ maxLength: 512, description: "where no Authorization header can be sent" })),
});

export const ContactToTest = Type.Object({
  channel: Type.Optional(text(NAME_MAX_CHARS, "an entry of volunteers; all of the person's contacts without it")),
});

export const DeskAlive = Type.Object({
  page: text(NAME_MAX_CHARS, "what the page calls itself, made anew each time it is opened"),
  sound: Type.Enum(["on", "locked"]),
  visible: Type.Boolean({ description: "in front, not behind another window" }),
});
export const DeviceId = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 200, description: "a device's id, or its address where only one has it" }),
});
const PlainDeviceAct = Type.Object({});
/** What each act on a device is sent with. */
export const DEVICE_ACT_BODIES = {
  test: Type.Object({ minutes: Type.Optional(Type.Number({ description: "how long, at most 10" })) }),
  "end-test": PlainDeviceAct,
  checked: PlainDeviceAct,
  suspend: PlainDeviceAct,
  resume: PlainDeviceAct,
  retire: PlainDeviceAct,
  walk: Type.Object({ minutes: Type.Optional(Type.Number({ description: "how long, at most 10" })) }),
  replace: Type.Object({ with: text(200, "the enrolled device that takes its place, by id") }),
} as const satisfies Record<DeviceActName, unknown>;

const deviceText = Type.Optional(Type.String({ maxLength: NAME_MAX_CHARS }));
export const NewDeviceBody = Type.Object({
  bridge: text(NAME_MAX_CHARS, "the kind of bridge it speaks through"),
  address: text(200, "its own name on that bridge"),
  resident: text(NAME_MAX_CHARS, "whose it will be, by id"),
  means: deviceText,
  label: deviceText,
  location: deviceText,
  key: Type.Optional(
    Type.String({ maxLength: 64, description: "of a device that has one of its own, in hexadecimal" }),
  ),
});
export const NewWindow = Type.Object({
  resident: Type.Optional(text(NAME_MAX_CHARS, "whose the device will be, by id")),
  means: Type.Optional(Type.Enum([...MEANS])),
  label: Type.Optional(Type.String({ maxLength: NAME_MAX_CHARS })),
  location: Type.Optional(Type.String({ maxLength: NAME_MAX_CHARS })),
  minutes: Type.Optional(Type.Number({ description: "how long, at most 10" })),
  bindKey: Type.Optional(Type.Boolean({ description: "one key of several is enrolled, not the whole device" })),
  force: Type.Optional(Type.Boolean({ description: "also a rolling code, which cannot be relied on" })),
  replaces: Type.Optional(text(200, "the device whose place the new one takes once it is proved")),
  device: Type.Optional(text(200, "an enrolled device that only waits for the press that proves it")),
});

const person = text(NAME_MAX_CHARS, "a responder, by id");
export const NewOverride = Type.Object({
  from: inSiteTime("on duty from then on"),
  to: inSiteTime("and before then"),
  people: Type.Array(person, { maxItems: 100, description: "who is on duty; empty: nobody" }),
  instead: Type.Optional(person),
  rota: Type.Optional(text(NAME_MAX_CHARS, "the rota, by id; needed where there are several and nobody is replaced")),
});
export const EndedOverride = Type.Object({ override: text(NAME_MAX_CHARS, "the change that ends, by id") });

export const NewAccount = Type.Object({
  user: text(NAME_MAX_CHARS, "the account's name"),
  bridge: text(NAME_MAX_CHARS, "the kind of bridge it speaks for"),
});
export const NewToken = Type.Object({
  name: text(NAME_MAX_CHARS, "who holds the token"),
  role: Type.Enum([...ROLES]),
});
const loginName = text(NAME_MAX_CHARS, "the login's name");
/** How long a password must be is said by whoever takes it, in one clear line. */
const password = Type.String({ minLength: 1, maxLength: 1_024, description: "the password" });
export const NewSession = Type.Object({
  name: Type.Optional(loginName),
  password: Type.Optional(password),
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: "a bearer token instead" })),
});
export const FirstAdministrator = Type.Object({
  code: text(NAME_MAX_CHARS, "the set-up code that the gateway shows on its own machine"),
  name: loginName,
  password,
});
export const NewLogin = Type.Object({ name: loginName, role: Type.Enum([...ROLES]), password });
export const ChangedPassword = Type.Object({ name: loginName, password });
export const LoginName = Type.Object({ name: loginName });
export const KeyCopy = Type.Object({
  mark: Type.String({ pattern: "^[0-9a-f]{16}$", description: "what okc key check works out from the copy" }),
});
export const NewBackup = Type.Object({
  file: Type.Optional(text(4096, "an absolute path on the gateway's machine")),
});

const ErrorBody = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) });
const refused = { "4xx": ErrorBody };

/** Responses as `/api/openapi.json` describes them; they are not checked on the way out. */
export const RESPONSES: Readonly<Record<"alarms" | "alarm" | "offer", object>> = {
  alarms: { 200: Type.Object({ alarms: list(anything) }), ...refused },
  alarm: {
    200: Type.Object({ alarm: Type.Unsafe<unknown>(anything) }),
    409: Type.Object({ error: ErrorBody.properties.error, alarm: Type.Unsafe<unknown>(anything) }),
    ...refused,
  },
  offer: {
    200: Type.Object({
      offer: Type.Unsafe<unknown>(anything),
      alarm: Type.Unsafe<unknown>(anything),
      resident: Type.Optional(Type.Unsafe<unknown>(anything)),
    }),
    409: Type.Object({ error: ErrorBody.properties.error, offer: Type.Unsafe<unknown>(anything) }),
    ...refused,
  },
};
