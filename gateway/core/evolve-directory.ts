import type { DirectoryEvent } from "./events.ts";
import { siteOf, type Tables } from "./state.ts";

/** How the hotline knows a resident, as one word. */
export const zoneKey = (account: string, zone: string): string => `${account}/${zone}`;

/** Shown where a person's fields were erased. */
export const ERASED = "—";

export function evolveDirectory(tables: Tables, event: DirectoryEvent): void {
  switch (event.kind) {
    case "resident-saved": {
      const {
        name = ERASED,
        building = "",
        unit = "",
        room = "",
        phone = "",
        notes = "",
        keyPlace = "",
      } = event.personal?.data ?? {};
      const { id, priority, account, zone, keyHolder = null } = event;
      const told = { name, building, unit, room, phone, notes, keyPlace };
      tables.residents.set(id, { id, ...told, keyHolder, priority, account, zone });
      if (account !== null && zone !== null) tables.zones.set(zoneKey(account, zone), id);
      return;
    }
    case "building-saved":
      return tables.buildings.set(event.name, { name: event.name, lat: event.lat, lon: event.lon });
    case "responder-saved": {
      const { name = ERASED, building = "", unit = "", room = "" } = event.personal?.data ?? {};
      const { id, role, residents, order, quiet = null, minRestMs = null } = event;
      const site = siteOf(tables);
      if (order > site.lastOrder) tables.site.set("site", { ...site, lastOrder: order });
      return tables.responders.set(id, { id, order, name, role, building, unit, room, residents, quiet, minRestMs });
    }
    case "contact-saved": {
      const { responder, channel, order, chase } = event;
      const address = event.personal?.data.address ?? "";
      // Another address under the same order takes its place; the same address under another order moves there.
      const before = tables.contacts.get(responder) ?? [];
      const others = before.filter(
        (contact) =>
          contact.channel !== channel || (contact.order !== order && (address === "" || contact.address !== address)),
      );
      const tested = before.find((one) => one.channel === channel && one.address === address && address !== "")?.test;
      const test = tested ? { test: tested } : {};
      const contacts = [...others, { responder, channel, address, order, ...(chase && { chase }), ...test }].sort(
        (a, b) => a.order - b.order,
      );
      return tables.contacts.set(responder, contacts);
    }
    case "contact-removed": {
      const { responder, channel, order } = event;
      const kept = (tables.contacts.get(responder) ?? []).filter(
        (contact) => contact.channel !== channel || contact.order !== order,
      );
      return tables.contacts.set(responder, kept);
    }
    case "device-saved": {
      const { id, bridge, address, resident, means, label, location } = event;
      const key = event.personal?.data.key ?? null;
      const known = tables.enrolled.get(id);
      // An import describes a device; whether it is relied on is decided by name.
      const standing = known?.standing ?? "in-use";
      const enrolledAt = known?.enrolledAt ?? event.at ?? null;
      const open = { id, bridge, address, resident, means, label, location };
      const { replaces = null, replacedBy = null } = known ?? {};
      // Only an import says it; whoever enrols by a press leaves it as it is.
      const sip = event.personal?.data.sip ?? (event.personal?.data.sip === null ? null : (known?.sip ?? null));
      return tables.enrolled.set(id, { ...open, key, sip, standing, enrolledAt, replaces, replacedBy });
    }
    case "device-replaced": {
      const old = tables.enrolled.get(event.device);
      const fresh = tables.enrolled.get(event.with);
      if (old) tables.enrolled.set(old.id, { ...old, replacedBy: event.with });
      if (fresh) tables.enrolled.set(fresh.id, { ...fresh, replaces: event.device });
      return;
    }
    case "device-standing-changed": {
      const known = tables.enrolled.get(event.device);
      if (known) tables.enrolled.set(known.id, { ...known, standing: event.standing });
      return;
    }
    case "account-saved": {
      const { user, passwordSha256, bridge, address } = event;
      return tables.accounts.set(user, { user, passwordSha256, bridge, address });
    }
    case "token-saved":
      return tables.tokens.set(event.sha256, { sha256: event.sha256, name: event.name, role: event.role });
    case "login-saved": {
      const { name, role, passwordHash } = event;
      tables.site.set("site", { ...siteOf(tables), isSetUp: true });
      if (tables.logins.get(name)?.passwordHash !== passwordHash) endSessionsOf(tables, name);
      return tables.logins.set(name, { name, role, passwordHash });
    }
    case "login-removed":
      endSessionsOf(tables, event.name);
      return tables.logins.delete(event.name);
  }
}

/** A new password, or none any more: whoever used the old one is out. */
function endSessionsOf(tables: Tables, login: string): void {
  for (const session of [...tables.sessions.values()])
    if (session.login === login) tables.sessions.delete(session.sha256);
}
