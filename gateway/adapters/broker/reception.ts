import type { PublishPacket } from "aedes";
import type { MqttDefinition } from "../../core/definition.ts";
import { deviceIdOf } from "../../core/report.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { RadioAccount, ReportSink } from "../../ports/radio.ts";
import type { Access } from "./access.ts";
import type { FloodLimit } from "./flood-limit.ts";
import type { BrokerLimits } from "./limits.ts";
import type { QuietLog } from "./quiet-log.ts";
import { Redeliveries } from "./redeliveries.ts";
import { hears, isSign, SHOWN_CHARS_MAX } from "./report-intake.ts";
import type { ReportIntake } from "./report-intake.ts";

/** Where refused messages go: no account may subscribe to it, and no wildcard matches a `$` topic. */
export const REFUSED_TOPIC = "$okc-refused";
const NOTHING = Buffer.alloc(0);

/** Lets the broker go on: it acknowledges the message, or ends the connection when there is an error. */
export type Done = (error?: Error) => void;

interface Parts {
  readonly line: string;
  readonly access: Access;
  readonly intake: ReportIntake;
  readonly flood: FloodLimit;
  readonly sink: ReportSink;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly quiet: QuietLog;
  readonly limits: BrokerLimits;
}

/**
 * What happens to each message a client publishes, before the broker acknowledges it.
 *
 * A report is acknowledged once it is durable. What a known client may not send, or nobody can read, is acknowledged
 * and goes nowhere, or the client would send it for ever; only strangers are disconnected.
 *
 * A device that floods waits for its acknowledgements (see limits.ts): nothing of it is lost, and as its connection is
 * its own, nobody else waits. Heartbeats over the rate are dropped and leave half of the burst to presses. A bridge
 * carries other devices on the same connection, so its presses never wait; what limits it is that the broker reads on
 * only when all it has read is durable.
 */
export class Reception {
  readonly #parts: Parts;
  readonly #unacknowledged = new Map<string, number>();
  readonly #redeliveries = new Redeliveries();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  receive(account: RadioAccount | null, packet: PublishPacket, done: Done): void {
    const { access } = this.#parts;
    if (account === null) return done(new Error("its account was removed or has a new password"));
    const definition = access.definitionOf(account);
    if (!definition || !access.mayPublish(account, packet.topic)) return this.#deny(account, packet, done);
    const payload = packet.payload as Buffer;
    if (!hears(definition, packet.topic)) {
      if (this.#parts.intake.isOversized(packet.topic, payload, account.user)) this.#silence(packet);
      return done();
    }
    // The bit is the publisher's wish, not the age of the message: a live press may carry it.
    packet.retain = false;
    this.#hear(account, definition, packet, done);
  }

  #hear(account: RadioAccount, definition: MqttDefinition, packet: PublishPacket, done: Done): void {
    const heard = this.#parts.intake.read(definition, packet.topic, packet.payload as Buffer, account.user);
    if (heard.type === "rejected") {
      this.#silence(packet);
      return this.#inTurn(account, account.user, () => done(), done);
    }
    if (heard.type === "echo") {
      this.#parts.sink.said(heard.order, this.#parts.clock.now());
      return done();
    }
    // Too large to be kept, and of no interest to us: what it tells of itself, the bridge tells again.
    if (heard.type !== "reports" && packet.payload.length > this.#parts.limits.payloadBytesMax) this.#silence(packet);
    if (heard.type === "news") this.#parts.sink.news(definition.bridge, heard.news);
    if (heard.type !== "reports") return done();
    const [first] = heard.reports;
    if (!first) return done();
    if (account.address !== null && first.address !== account.address) return this.#deny(account, packet, done);
    const device = account.address === null ? deviceIdOf(first.bridge, first.address) : account.user;
    const areSigns = heard.reports.every(isSign);
    if (areSigns && !this.#parts.flood.take(device, this.#parts.limits.reportsReserved)) {
      this.#parts.meter.count("okc_mqtt_heartbeats_dropped_total");
      this.#silence(packet);
      return done();
    }
    const earlier = definition.encodeSay ? null : this.#redeliveries.earlier(account.user, packet);
    const report = (): Promise<unknown> => {
      const durable = earlier ?? Promise.all(heard.reports.map((one) => this.#parts.sink.report(one)));
      if (!definition.encodeSay) this.#redeliveries.note(account.user, packet, durable);
      return durable;
    };
    if (areSigns) return this.#report(account, report, done);
    this.#inTurn(account, device, () => this.#report(account, report, done), done);
  }

  /** Runs `turn` at once or, for a device over its rate, when its turn comes. */
  #inTurn(account: RadioAccount, device: string, turn: () => void, done: Done): void {
    const { flood, meter, quiet, line } = this.#parts;
    if (flood.take(device) || account.address === null) return turn();
    meter.count("okc_mqtt_held_total");
    const what = "A device reports faster than it may; its acknowledgements wait. Check the device.";
    quiet.warn(`held ${device}`, what, { line, from: account.user });
    if (!flood.hold(device, turn)) done(new Error("too many of its reports wait for their turn"));
  }

  #report(account: RadioAccount, report: () => Promise<unknown>, done: Done): void {
    const waiting = this.#unacknowledged.get(account.user) ?? 0;
    if (waiting >= this.#parts.limits.unacknowledgedMax)
      return done(new Error("too many of its reports wait for the journal"));
    this.#unacknowledged.set(account.user, waiting + 1);
    report().then(
      () => {
        this.#settled(account.user);
        done();
      },
      (error: unknown) => {
        this.#settled(account.user);
        done(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  #settled(user: string): void {
    const left = (this.#unacknowledged.get(user) ?? 1) - 1;
    if (left > 0) this.#unacknowledged.set(user, left);
    else this.#unacknowledged.delete(user);
  }

  #deny(account: RadioAccount, packet: PublishPacket, done: Done): void {
    this.#parts.meter.count("okc_mqtt_denied_total", { what: "publish" });
    const what =
      "An MQTT client published to a topic that is not its own; the message went nowhere. Correct its topic, or give it an account of its own.";
    const { line } = this.#parts;
    const topic = packet.topic.slice(0, SHOWN_CHARS_MAX);
    this.#parts.quiet.warn(`denied ${account.user}`, what, { line, from: account.user, topic });
    this.#silence(packet);
    this.#inTurn(account, account.user, () => done(), done);
  }

  #silence(packet: PublishPacket): void {
    packet.topic = REFUSED_TOPIC;
    packet.payload = NOTHING;
    packet.retain = false;
  }
}
