import type { Definition } from "./definition.ts";
import type { Enrolled } from "./directory.ts";
import type { DirectoryEvent } from "./events.ts";
import {
  changesOf,
  short,
  type Credential,
  type ImportSite,
  type Row,
  type RowPlan,
  type RowPlanner,
} from "./import-row.ts";
import { MEANS } from "./kinds.ts";
import { deviceIdOf } from "./report.ts";
import type { Tables } from "./state.ts";

/** What a row adds so that its device can prove who it is. */
interface Secret {
  readonly key: string | null;
  readonly events: readonly DirectoryEvent[];
  readonly credential: Credential | null;
}

/** What a telephone can call. */
const CALLEE = /^(?:\+?\d[\d -]{1,24}|sips?:[^\s<>";,]{1,200})$/;

/** A device that proves nothing: its bridge speaks for it, or its radio has no key. */
const NO_SECRET: Secret = { key: null, events: [], credential: null };

/** `bridge,address,resident,means,label,location,key,sip` */
export const planDevice: RowPlanner = (row, tables, site) => {
  const definition = site.definitions.find(({ bridge }) => bridge === row.cell("bridge").toLowerCase());
  if (!definition) {
    const bridges = site.definitions.map(({ bridge }) => bridge).join(", ");
    return { refused: `bridge "${short(row.cell("bridge"))}" is not known; allowed: ${bridges}` };
  }
  const address = definition.normalizeAddress(row.cell("address"));
  if (address === null)
    return {
      refused: `address "${short(row.cell("address"))}" is none of ${definition.bridge}; must be ${definition.addressForm}`,
    };
  const known = tables.enrolled.get(deviceIdOf(definition.bridge, address));
  const secret = secretFor(row, definition, address, known, tables, site);
  return "refused" in secret ? secret : enrol(row, definition.bridge, address, known, secret, tables);
};

function enrol(
  row: Row,
  bridge: string,
  address: string,
  known: Enrolled | undefined,
  secret: Secret,
  tables: Tables,
): RowPlan {
  const resident = row.cell("resident", known?.resident ?? "") || null;
  if (resident !== null && !tables.residents.get(resident))
    return { refused: `resident "${short(resident)}" is not known; import residents first, or leave it empty` };
  const meansCell = row.cell("means", known?.means).toLowerCase();
  const means = meansCell === "" ? "emergency" : MEANS.find((one) => one === meansCell);
  if (!means) return { refused: `means "${short(meansCell)}" is not known; allowed: ${MEANS.join(", ")}` };
  const id = deviceIdOf(bridge, address);
  const [label, location] = [row.cell("label", known?.label), row.cell("location", known?.location)];
  const sip = row.cell("sip", known?.sip ?? "") || null;
  if (sip !== null && !CALLEE.test(sip))
    return { refused: `sip "${short(sip)}" is neither a telephone number nor a SIP address, as sip:unit@192.0.2.7` };
  const open = { id, bridge, address, resident, means, label, location };
  const wanted = { ...open, key: secret.key, sip };
  const changes = changesOf<Partial<Enrolled>>(known, wanted);
  return {
    changes: changes && secret.events.length > 0 ? [...changes, "account"] : changes,
    events: [
      { kind: "device-saved", ...open, personal: { person: `device:${id}`, data: { key: secret.key, sip } } },
      ...secret.events,
    ],
    warnings: warningsOf(known, resident),
    ...(secret.credential ? { credential: secret.credential } : {}),
  };
}

function warningsOf(known: Enrolled | undefined, resident: string | null): readonly string[] {
  const warnings = resident === null ? ["without a resident nobody knows who pressed"] : [];
  if (known && known.standing !== "in-use")
    warnings.push(`it stays ${known.standing}, and its presses call nobody but staff: \`okc resume ${known.id}\``);
  return warnings;
}

function secretFor(
  row: Row,
  definition: Definition,
  address: string,
  known: Enrolled | undefined,
  tables: Tables,
  site: ImportSite,
): Secret | { readonly refused: string } {
  const { bridge } = definition;
  if (definition.keys) return keyFor(row, definition, address, known, site);
  const hasAccount = definition.transport === "mqtt" && definition.topicsOf !== undefined;
  if (row.cell("key") !== "") {
    const instead = hasAccount ? "it gets a password instead" : "it has nothing to prove itself with";
    return { refused: `a device of ${bridge} has no key, ${instead}: leave key empty` };
  }
  return hasAccount ? accountFor(row, bridge, address, tables, site) : NO_SECRET;
}

/**
 * A key that was given is the device's own. One that is made here has to be put into the device, so it is shown; a
 * device that comes with a key, or without any, is given none.
 */
function keyFor(
  row: Row,
  { bridge, keys }: Definition,
  address: string,
  known: Enrolled | undefined,
  site: ImportSite,
): Secret | { readonly refused: string } {
  const given = row.cell("key").toLowerCase();
  if (given !== "" && !/^[0-9a-f]{32}$/.test(given)) {
    const empty = keys === "made" ? "makes a new one and keeps" : "is for one without a key and keeps";
    return { refused: `key must be 32 hexadecimal digits; empty ${empty} that of a known device` };
  }
  const kept = given === "" ? (known?.key ?? null) : given;
  if (kept !== null || keys === "given") return { key: kept, events: [], credential: null };
  const key = site.random.key();
  return { key, events: [], credential: { line: row.line, bridge, address, key } };
}

function accountFor(
  row: Row,
  bridge: string,
  address: string,
  tables: Tables,
  site: ImportSite,
): Secret | { readonly refused: string } {
  const taken = tables.accounts.get(address);
  if (taken && (taken.bridge !== bridge || taken.address !== address)) {
    const whose =
      taken.address === null ? `the account of bridge ${taken.bridge}` : `device ${taken.address}'s account`;
    return { refused: `user ${address} is already ${whose}; give the device another address` };
  }
  if (taken) return { key: null, events: [], credential: null };
  const password = site.random.password();
  return {
    key: null,
    events: [{ kind: "account-saved", user: address, passwordSha256: site.random.sha256(password), bridge, address }],
    credential: { line: row.line, bridge, address, user: address, password },
  };
}
