import type { SimNetwork, SimPhone } from "./network.ts";

/** The states of +CLCC (3GPP TS 27.007, 7.18) that a call out goes through. */
const ACTIVE = 0;
const ALERTING = 3;

/** One voice call of a simulated modem. What the other phone does, its manners say. */
export class SimCall {
  readonly #network: SimNetwork;
  readonly #say: (line: string) => void;
  #phone: SimPhone | null = null;
  #state: number | null = null;

  constructor(network: SimNetwork, say: (line: string) => void) {
    this.#network = network;
    this.#say = say;
  }

  /** As +CLCC gives it; null: there is no call. */
  get state(): number | null {
    return this.#state;
  }

  get number(): string {
    return this.#phone?.number ?? "";
  }

  dial(number: string): void {
    this.#phone = this.#network.rings(number);
    this.#state = ALERTING;
    const { does } = this.#phone.manners;
    if (does === "answer" || does === "hang-up") this.#state = ACTIVE;
    if (does === "busy") this.#over("BUSY");
    if (does === "hang-up") this.#over("NO CARRIER");
  }

  /** The modem has spoken a text into the call; the person listens, then presses. */
  hear(text: string): void {
    this.#phone?.heard.push(text);
    this.#say("+CTTS: 0");
    if (this.#state !== ACTIVE) return;
    for (const key of this.#phone?.manners.keys ?? "") this.#say(`+RXDTMF: ${key}`);
  }

  end(): void {
    this.#state = null;
    this.#phone = null;
  }

  #over(result: string): void {
    this.end();
    this.#say(result);
  }
}
