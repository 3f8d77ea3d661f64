import type { AuthenticateError, Client, ConnectPacket } from "aedes";
import type { Socket } from "node:net";
import type { MqttDefinition } from "../../core/definition.ts";
import type { Meter } from "../../ports/log.ts";
import type { RadioAccount } from "../../ports/radio.ts";
import type { Access } from "./access.ts";
import type { BrokerLimits } from "./limits.ts";
import type { QuietLog } from "./quiet-log.ts";
import { hears, SHOWN_CHARS_MAX } from "./report-intake.ts";

/** What a refused client is told (MQTT 3.1.1, 3.2.2.3). */
const BAD_USER_OR_PASSWORD = 4;
const NOT_AUTHORISED = 5;

interface Parts {
  readonly line: string;
  readonly access: Access;
  readonly definitions: readonly MqttDefinition[];
  readonly meter: Meter;
  readonly quiet: QuietLog;
  readonly limits: BrokerLimits;
}

/** Who is connected, under which account. */
export class Admission {
  readonly #parts: Parts;
  readonly #accounts = new WeakMap<Client, RadioAccount>();
  /** Connections of each account that speaks for one device, oldest first. */
  readonly #ofUser = new Map<string, Client[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Looks at a CONNECT before the password is checked. Client ids are made `account/id`, so that no account can end
   * another's connection by using its id. A last will that speaks for a device is dropped: it was written when the
   * client connected and would be published as if someone had pressed. One that tells how a bridge is stays.
   */
  inspect(packet: ConnectPacket): Error | null {
    const user = packet.username ?? "";
    if (packet.clientId.length > this.#parts.limits.clientIdCharsMax)
      return new Error(`its client id is longer than ${this.#parts.limits.clientIdCharsMax} characters`);
    // An empty id stays empty: the broker then makes one.
    if (packet.clientId !== "") packet.clientId = `${encodeURIComponent(user)}/${packet.clientId}`;
    const { will } = packet;
    if (!will) return null;
    const definition = this.#parts.definitions.find((each) => hears(each, will.topic));
    const isReport = definition !== undefined && (definition.interestIn?.(will.topic) ?? "report") === "report";
    if (!isReport && will.payload.length <= this.#parts.limits.payloadBytesMax) return null;
    delete packet.will;
    this.#parts.meter.count("okc_mqtt_denied_total", { what: "will" });
    const what =
      "An MQTT client's last will was dropped: it would look like a press. Take the will out of its settings.";
    this.#warn("will", user, what, { topic: will.topic.slice(0, SHOWN_CHARS_MAX) });
    return null;
  }

  /** The refusal, or null when the password is right. */
  authenticate(client: Client, user: string | undefined, password: Uint8Array | undefined): AuthenticateError | null {
    const from = (client.conn as Socket).remoteAddress ?? "an address unknown";
    if (user === undefined || password === undefined)
      return this.#refuse(NOT_AUTHORISED, "anonymous", from, "it gave no user and password");
    const account = this.#parts.access.authenticate(user, password);
    if (!account) return this.#refuse(BAD_USER_OR_PASSWORD, "password", from, "its user or password is wrong", user);
    this.#accounts.set(client, account);
    return null;
  }

  accountOf(client: Client): RadioAccount | null {
    const account = this.#accounts.get(client);
    return account ? this.#parts.access.current(account) : null;
  }

  /** Counts a connection; the oldest of a device's account that has too many is closed. */
  joined(client: Client): void {
    const account = this.#accounts.get(client);
    if (!account || account.address === null) return;
    const clients = this.#ofUser.get(account.user) ?? [];
    clients.push(client);
    this.#ofUser.set(account.user, clients);
    if (clients.length <= this.#parts.limits.connectionsPerDeviceMax) return;
    this.#parts.meter.count("okc_mqtt_connections_closed_total", { why: "too-many" });
    clients[0]!.close();
  }

  left(client: Client): void {
    const user = this.#accounts.get(client)?.user;
    this.#accounts.delete(client);
    if (user === undefined) return;
    const clients = (this.#ofUser.get(user) ?? []).filter((each) => each !== client);
    if (clients.length > 0) this.#ofUser.set(user, clients);
    else this.#ofUser.delete(user);
  }

  #refuse(code: number, why: string, from: string, reason: string, user?: string): AuthenticateError {
    this.#parts.meter.count("okc_mqtt_refused_total", { why });
    const what = `An MQTT client was refused: ${reason}. Give it the user and password that were printed when its account was made.`;
    this.#warn("refused", from, what, { user: user?.slice(0, SHOWN_CHARS_MAX) ?? null });
    return Object.assign(new Error(reason), { returnCode: code });
  }

  #warn(subject: string, from: string, message: string, fields: Readonly<Record<string, unknown>>): void {
    const shown = from.slice(0, SHOWN_CHARS_MAX);
    this.#parts.quiet.warn(`${subject} ${shown}`, message, { line: this.#parts.line, from: shown, ...fields });
  }
}
