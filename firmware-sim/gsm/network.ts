import { EventEmitter } from "node:events";
import type { Submit } from "./pdu.ts";

/** What a telephone does when it is called. */
export interface CallManners {
  readonly does: "answer" | "busy" | "ring" | "hang-up";
  /** Pressed once the call is up and something was spoken. */
  readonly keys: string;
}

/** A person's telephone: shows whole texts, as phones do, once all parts are there. */
export class SimPhone {
  readonly number: string;
  readonly texts: string[] = [];
  /** What was spoken to it in calls. */
  readonly heard: string[] = [];
  /** How often it rang. */
  rang = 0;
  /** Switched off: the network keeps what comes and says so. */
  isOn = true;
  manners: CallManners = { does: "ring", keys: "" };
  readonly #parts = new Map<string, Map<number, string>>();

  constructor(number: string) {
    this.number = number;
  }

  /** Gives the whole text when this was its last part. */
  take(from: string, { joined, text }: Pick<Submit, "joined" | "text">): string | null {
    if (!joined) return this.#show(text);
    const id = `${from} ${joined.reference} ${joined.parts}`;
    const parts = this.#parts.get(id) ?? new Map<number, string>();
    this.#parts.set(id, parts.set(joined.part, text));
    if (parts.size < joined.parts) return null;
    this.#parts.delete(id);
    return this.#show(
      [...parts]
        .sort(([a], [b]) => a - b)
        .map(([, part]) => part)
        .join(""),
    );
  }

  #show(text: string): string {
    this.texts.push(text);
    return text;
  }
}

interface NetworkEvents {
  /** A phone shows a text. */
  text: [{ readonly number: string; readonly text: string }];
  /** A phone rings. */
  call: [{ readonly number: string }];
}

/** Whatever can be reached by its own number: a simulated modem. */
export interface Subscriber {
  readonly number: string;
  receive(from: string, text: string): void;
}

/** A mobile network with telephones and modems in it. Numbers are written with + and the country's code. */
export class SimNetwork extends EventEmitter<NetworkEvents> {
  readonly #phones = new Map<string, SimPhone>();
  readonly #subscribers = new Map<string, Subscriber>();
  readonly country: string;

  constructor(country = "86") {
    super();
    this.country = country;
  }

  /** The phone of this number; a new one where there is none yet. */
  phone(number: string): SimPhone {
    const full = this.full(number);
    const known = this.#phones.get(full) ?? new SimPhone(full);
    this.#phones.set(full, known);
    return known;
  }

  join(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber.number, subscriber);
  }

  /** A modem's part of a text on its way to a phone. */
  carry(from: string, submit: Submit): void {
    const text = this.phone(submit.to).take(from, submit);
    if (text !== null) this.emit("text", { number: this.full(submit.to), text });
  }

  rings(number: string): SimPhone {
    const phone = this.phone(number);
    phone.rang++;
    this.emit("call", { number: phone.number });
    return phone;
  }

  /** A person writes to a modem's number. */
  write(from: string, to: string, text: string): void {
    const subscriber = this.#subscribers.get(this.full(to));
    if (!subscriber) throw new Error(`nobody has the number ${to}`);
    subscriber.receive(from, text);
  }

  full(number: string): string {
    if (number.startsWith("+") || number.length < 7) return number;
    return `+${this.country}${number.replace(/^0/, "")}`;
  }
}
