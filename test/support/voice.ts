import type { MqttClient } from "mqtt";
import mqtt from "mqtt";

/** What the broker says for it when it dies. */
interface Will {
  readonly topic: string;
  readonly text: string;
}

/** A program on a broker that says what a test gives it, in the words of the wire. */
export class Voice {
  readonly #client: MqttClient;
  /** How often it was connected. */
  connections = 0;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on("connect", () => this.connections++);
    client.on("error", () => undefined);
  }

  /** Connects, and connects again for ever; resolves when it is connected. */
  static async join(
    url: string,
    { user, password, will }: { readonly user?: string; readonly password?: string; readonly will?: Will } = {},
  ): Promise<Voice> {
    const client = mqtt.connect(url, {
      reconnectPeriod: 100,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(will && { will: { topic: will.topic, payload: Buffer.from(will.text), qos: 1, retain: true } }),
    });
    const voice = new Voice(client);
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    return voice;
  }

  /** Resolves when the broker has it. */
  async say(topic: string, text: string, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, text, { qos: 1, retain });
  }

  /** Dies without a word: the broker says its last will. */
  async die(): Promise<void> {
    this.#client.stream.destroy();
    await this.#client.endAsync(true);
  }

  async leave(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
