import type { Definition } from "../core/definition.ts";
import { GatewayError } from "../core/errors.ts";
import type { DirectoryEvent } from "../core/events.ts";
import { planDevice } from "../core/import-devices.ts";
import { Row, type Credential, type ImportSite } from "../core/import-row.ts";
import type { State } from "../core/state.ts";
import type { MadeDevice, NewDevice } from "../ports/desk.ts";
import type { QrCodes } from "../ports/qr.ts";

/** Where devices with an account find the broker. */
export interface BrokerPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** False: it is another program's, and knows no account that is made here. */
  readonly isOurs: boolean;
}

export interface DeviceMakingParts {
  readonly definitions: readonly Definition[];
  readonly broker: BrokerPlace;
  readonly qr: QrCodes;
  readonly random: ImportSite["random"];
  save(events: readonly DirectoryEvent[]): Promise<void>;
}

/** Makes one device with what it proves itself by, which is shown once and kept nowhere in clear. */
export class DeviceMaking {
  readonly #parts: DeviceMakingParts;

  constructor(parts: DeviceMakingParts) {
    this.#parts = parts;
  }

  /** @throws {GatewayError} `bad-input` for what an import would refuse, `not-now` for a device that is enrolled. */
  async make(state: State, wanted: NewDevice): Promise<MadeDevice> {
    const { definitions, random, save } = this.#parts;
    const row = new Row({ line: 1, cells: { ...wanted }, fault: null });
    const plan = planDevice(row, state, { definitions, channels: [], random });
    if ("refused" in plan) throw new GatewayError("bad-input", plan.refused);
    const device = plan.events.flatMap((event) => (event.kind === "device-saved" ? [event.id] : []))[0]!;
    if (plan.changes !== null)
      throw new GatewayError("not-now", `${device} is enrolled already: see \`okc devices\`, or \`okc replace\` it`);
    await save(plan.events);
    const { credential } = plan;
    const text = credential ? this.#textOf(credential) : null;
    const { broker, qr } = this.#parts;
    const needsAccount = credential !== undefined && "user" in credential && !broker.isOurs;
    return {
      device,
      credential: credential ? shownOf(credential) : null,
      qr: text === null ? null : { text, svg: await qr.svg(text) },
      warnings: [
        ...plan.warnings,
        ...(needsAccount
          ? ["the broker is another program's: make this account there too, with the same password"]
          : []),
      ],
    };
  }

  /** What stands in the QR code: docs/protocol.md, "Setting a device up". */
  #textOf(credential: Credential): string {
    const { bridge, address } = credential;
    if ("key" in credential) return JSON.stringify({ okc: 1, bridge, id: address, key: credential.key });
    const { host, port, tls } = this.#parts.broker;
    const { user, password } = credential;
    return JSON.stringify({ okc: 1, bridge, id: address, host, port, tls, user, password });
  }
}

const shownOf = (credential: Credential): MadeDevice["credential"] =>
  "key" in credential ? { key: credential.key } : { user: credential.user, password: credential.password };
