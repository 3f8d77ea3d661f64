import type { DirectoryEvent } from "../../gateway/core/events.ts";
import type { Means, ResponderRole } from "../../gateway/core/kinds.ts";
import type { SeededRandom } from "../../firmware-sim/random.ts";

/** Where a device is heard: which bridge, address and line. */
export interface DevicePlace {
  readonly bridge: "okc" | "mqtt";
  readonly address: string;
  readonly line: string;
  readonly resident: string | null;
  readonly means: Means;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: ResponderRole;
}

/** Who lives and helps there, and what they wear. Names are put together by chance, none is a real person's. */
export interface Settlement {
  readonly events: readonly DirectoryEvent[];
  readonly devices: readonly DevicePlace[];
  readonly responders: readonly Person[];
}

export const LINES = ["ttyUSB0", "ttyUSB1", "broker"] as const;
/** The one channel to people that this site has. */
export const CHANNEL = "webhook";

const FAMILY_NAMES = [..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"];
const GIVEN_NAMES = ["桂英", "德明", "玉兰", "建国", "秀珍", "福生", "志强", "淑华", "凤英", "国栋", "春梅", "永康"];
const HOUSE_SIZE = 20;

class Builder {
  readonly events: DirectoryEvent[] = [];
  readonly devices: DevicePlace[] = [];
  readonly responders: Person[] = [];
  readonly #chance: SeededRandom;
  #order = 0;

  constructor(chance: SeededRandom) {
    this.#chance = chance;
  }

  house(index: number): string {
    return `${Math.floor(index / HOUSE_SIZE) + 1}号楼`;
  }

  #name(): string {
    return this.#chance.pick(FAMILY_NAMES) + this.#chance.pick(GIVEN_NAMES);
  }

  resident(index: number): void {
    const id = `r-${index + 1}`;
    const place = { building: this.house(index), unit: String((index % 3) + 1), room: String(101 + index) };
    const rest = { phone: "", notes: "", keyPlace: "物业" };
    this.events.push({
      kind: "resident-saved",
      id,
      priority: this.#chance.chance(0.1) ? 2 : null,
      account: "1234",
      zone: String(index + 1).padStart(3, "0"),
      personal: { person: id, data: { name: this.#name(), ...place, ...rest } },
    });
    const isMqtt = this.#chance.chance(0.2);
    this.#device(isMqtt ? "mqtt" : "okc", index + 1, id, "emergency");
    if (this.#chance.chance(0.15)) this.#device("okc", 0x1000 + index, id, "emergency");
    if (this.#chance.chance(0.6)) this.responder(`f-${index + 1}`, "family", "", [id]);
  }

  #device(bridge: "okc" | "mqtt", number: number, resident: string | null, means: Means): void {
    const address = bridge === "mqtt" ? `p-${number}` : number.toString(16).padStart(8, "0");
    const line = bridge === "mqtt" ? "broker" : number % 3 === 0 ? "ttyUSB1" : "ttyUSB0";
    this.devices.push({ bridge, address, line, resident, means });
    const id = `${bridge}:${address}`;
    const key = bridge === "okc" ? "000102030405060708090a0b0c0d0e0f" : null;
    const personal = { person: resident ?? id, data: { key } };
    this.events.push({ kind: "device-saved", id, bridge, address, resident, means, label: "", location: "", personal });
  }

  /** A button in a shared room: nobody's own. */
  sharedButton(number: number): void {
    this.#device("okc", 0x2000 + number, null, "emergency");
  }

  responder(id: string, role: ResponderRole, building: string, residents: readonly string[] = []): void {
    const name = `${this.#name()}${id}`;
    this.responders.push({ id, name, role });
    const data = { name, building, unit: "", room: "" };
    const order = ++this.#order;
    this.events.push({ kind: "responder-saved", id, role, residents, order, personal: { person: id, data } });
    // Some can be reached only in a way that this site does not have.
    const channel = this.#chance.chance(0.05) && role === "volunteer" ? "sms" : CHANNEL;
    const contact = { person: id, data: { address: id } };
    this.events.push({ kind: "contact-saved", responder: id, channel, order: 1, personal: contact });
  }
}

export function buildSettlement(chance: SeededRandom, residents: number): Settlement {
  const builder = new Builder(chance);
  for (let house = 0; house * HOUSE_SIZE < residents; house++)
    builder.events.push({ kind: "building-saved", name: builder.house(house * HOUSE_SIZE), lat: null, lon: null });
  for (let index = 0; index < residents; index++) builder.resident(index);
  const volunteers = Math.max(4, Math.round(residents / 5));
  for (let index = 0; index < volunteers; index++)
    builder.responder(`v-${index + 1}`, "volunteer", builder.house(Math.floor((index * residents) / volunteers)));
  for (let index = 0; index < 3; index++) builder.responder(`s-${index + 1}`, "staff", "");
  builder.responder("o-1", "operator", "");
  for (let index = 0; index < 3; index++) builder.sharedButton(index + 1);
  return builder;
}
