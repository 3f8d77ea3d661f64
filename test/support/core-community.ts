import type { DirectoryEvent, Facilities } from "../../gateway/core/events.ts";
import type { Means, ResponderRole } from "../../gateway/core/kinds.ts";

/** What a site has when a test says nothing else: every leg works. UTC, so that NOON is noon. */
export const FACILITIES: Facilities = {
  hotline: true,
  siren: true,
  channels: ["webhook", "voice"],
  timezone: "UTC",
};

const personal = <Data>(person: string, data: Data): { readonly personal: { person: string; data: Data } } => ({
  personal: { person, data },
});

export const resident = (id: string, building: string, priority: number | null = null): DirectoryEvent => ({
  kind: "resident-saved",
  id,
  priority,
  account: "1234",
  zone: id.replace(/\D/g, "").padStart(3, "0"),
  ...personal(id, { name: `居民${id}`, building, unit: "1", room: "101", phone: "", notes: "", keyPlace: "" }),
});

/** A responder with one contact on each of `channels`. */
export function responder(
  id: string,
  role: ResponderRole,
  order: number,
  building: string,
  channels: readonly string[] = ["webhook", "voice"],
  residents: readonly string[] = [],
): DirectoryEvent[] {
  return [
    {
      kind: "responder-saved",
      id,
      role,
      residents,
      order,
      ...personal(id, { name: `人${id}`, building, unit: "", room: "" }),
    },
    ...channels.map((channel, index): DirectoryEvent => ({
      kind: "contact-saved",
      responder: id,
      channel,
      order: index + 1,
      ...personal(id, { address: `${channel}/${id}` }),
    })),
  ];
}

export const device = (address: string, of: string | null, means: Means = "emergency"): DirectoryEvent => ({
  kind: "device-saved",
  id: `okc:${address}`,
  bridge: "okc",
  address,
  resident: of,
  means,
  label: "",
  location: "",
  ...personal(of ?? `device:${address}`, { key: "000102030405060708090a0b0c0d0e0f" }),
});

/** Two residents, six volunteers (v4 lives in r1's building), r1's daughter, two of the staff. */
export const COMMUNITY: readonly DirectoryEvent[] = [
  resident("r1", "1"),
  resident("r2", "2"),
  ...["3", "2", "3", "1", "2", "3"].flatMap((building, n) => responder(`v${n + 1}`, "volunteer", n + 1, building)),
  ...responder("f1", "family", 7, "9", ["webhook", "voice"], ["r1"]),
  ...responder("s1", "staff", 8, "8"),
  ...responder("s2", "staff", 9, "8"),
  device("beef", "r1"),
  device("cafe", "r2"),
  device("c0de", "r1"),
];
