import mqtt, { type MqttClient } from "mqtt";
import { eventOf } from "./recording-sink.ts";

/** One pendant of a burst: it presses once and remembers what it was told. */
interface Member {
  readonly id: string;
  client: MqttClient | null;
  /** By PUBACK or by *heard*. */
  acknowledged: boolean;
}

/** Many MQTT pendants that press at the same moment, each with a connection of its own and counter 1. */
export class Burst {
  readonly #url: string;
  readonly #passwordOf: (id: string) => string;
  readonly #members: readonly Member[];

  constructor(url: string, ids: readonly string[], passwordOf: (id: string) => string) {
    this.#url = url;
    this.#passwordOf = passwordOf;
    this.#members = ids.map((id) => ({ id, client: null, acknowledged: false }));
  }

  /** Those whose press got its PUBACK, or was told *heard*. */
  get acknowledged(): string[] {
    return this.#members.filter((one) => one.acknowledged).map(({ id }) => id);
  }

  /** Those whose press got neither: they press on. */
  get waiting(): string[] {
    return this.#members.filter((one) => !one.acknowledged).map(({ id }) => id);
  }

  /** Connects those named and listens to their answers. */
  async connect(ids: readonly string[]): Promise<void> {
    await Promise.all(this.#of(ids).map((member) => this.#connect(member)));
  }

  /** All named press at once. */
  press(ids: readonly string[]): void {
    const payload = JSON.stringify({ v: 1, kind: "emergency", ctr: 1, ageMs: 0, bat: 90 });
    for (const member of this.#of(ids))
      member.client!.publish(`okc/${member.id}/up`, payload, { qos: 1 }, (error) => {
        if (!error) member.acknowledged = true;
      });
  }

  /** Ends all connections; nothing is sent again by itself. */
  async leave(): Promise<void> {
    const clients = this.#members.flatMap(({ client }) => client ?? []);
    for (const member of this.#members) member.client = null;
    await Promise.all(clients.map((client) => client.endAsync(true)));
  }

  #of(ids: readonly string[]): Member[] {
    return this.#members.filter(({ id }) => ids.includes(id));
  }

  async #connect(member: Member): Promise<void> {
    const { id } = member;
    const client = mqtt.connect(this.#url, {
      clientId: id,
      username: id,
      password: this.#passwordOf(id),
      reconnectPeriod: 0,
    });
    member.client = client;
    client.on("message", () => (member.acknowledged = true));
    await eventOf(client, "connect");
    await client.subscribeAsync(`okc/${id}/down`, { qos: 1 });
    // A gateway that is killed resets the connection.
    client.on("error", () => undefined);
  }
}
