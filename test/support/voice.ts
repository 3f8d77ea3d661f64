import type { MqttClient } from "mqtt";
import mqtt from "mqtt";

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
  static async join(url: string, login: { readonly user?: string; readonly password?: string } = {}): Promise<Voice> {
    const { user, password } = login;
    const client = mqtt.connect(url, {
      reconnectPeriod: 100,
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
    });
    const voice = new Voice(client);
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    return voice;
  }

  /** Resolves when the broker has it. */
  async say(topic: string, text: string, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, text, { qos: 1, retain });
  }

  async leave(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
