import type { Alarm, AlarmPosition, Delivery, DeliveryStatus, Flag, OfferState, Press, Offer, Task } from "./alarm.ts";
import type { DeviceEvent } from "./device-events.ts";
import type { Building } from "./directory.ts";
import type { DutyEvent } from "./duty-events.ts";
import type { AlarmKind, Leg, Means, Outcome, ResponderRole, Role, Say, Standing } from "./kinds.ts";
import type { FaultReportEvent } from "./fault-reports.ts";
import type { FoundWhereabouts, Personal, Whereabouts } from "./personal.ts";
import type { NoticeEvent } from "./notice-events.ts";
import type { Chase, Policy, TimeWindow } from "./policy.ts";
import type { PlatformEvent } from "./news-events.ts";
import type { KeyCopyConfirmed, SiteSalvaged } from "./site-salvaged.ts";
import type { DurationMs, EpochMs } from "./units.ts";

export interface AlarmOpened extends Personal<Whereabouts> {
  readonly kind: "alarm-opened";
  readonly alarm: string;
  readonly alarmKind: AlarmKind;
  readonly priority: number;
  readonly flags: readonly Flag[];
  readonly resident: string | null;
  readonly device: string;
  readonly policy: string;
  readonly linkedTo: string | null;
  readonly press: Press;
  readonly at: EpochMs;
}

/** A step of the policy ran: what was queued by it, and when the next is due. */
export interface StepRun {
  readonly kind: "step-run";
  readonly alarm: string;
  readonly step: number;
  readonly offers: readonly Offer[];
  readonly deliveries: readonly Delivery[];
  readonly flags: readonly Flag[];
  readonly nextStep: number;
  readonly round: number;
  readonly nextAt: EpochMs;
  readonly at: EpochMs;
}

/** Messages outside a step: a replacement for somebody who declined, a withdrawal, a cancel report. */
export interface MessagesQueued {
  readonly kind: "messages-queued";
  readonly alarm: string;
  readonly offers: readonly Offer[];
  readonly deliveries: readonly Delivery[];
  readonly why: string;
  readonly at: EpochMs;
}

export interface DeliveryChanged {
  readonly kind: "delivery-changed";
  readonly alarm: string;
  readonly key: string;
  readonly status: DeliveryStatus;
  readonly sentAt: EpochMs | null;
  readonly detail: string | null;
  readonly at: EpochMs;
}

export interface DeliveriesStopped {
  readonly kind: "deliveries-stopped";
  readonly alarm: string;
  readonly keys: readonly string[];
  readonly at: EpochMs;
}

export interface OfferChanged {
  readonly kind: "offer-changed";
  readonly alarm: string;
  readonly offer: string;
  readonly state: OfferState;
  readonly reason: string | null;
  /** Until when an accepted offer must have arrived. */
  readonly arriveBy: EpochMs | null;
  /** With a yes, where the resident's key is with somebody. */
  readonly task?: Task;
  readonly at: EpochMs;
}

type AlarmFact<Kind extends string, Fields = unknown> = {
  readonly kind: Kind;
  readonly alarm: string;
  readonly at: EpochMs;
} & Fields;

type ByPerson = { readonly by: string; readonly role: Role | "responder" };

export type AlarmEvent =
  | AlarmOpened
  /** Saved from a damaged journal, without its notes: those follow as they were. */
  | (AlarmFact<"alarm-salvaged", { readonly found: Alarm }> & Personal<FoundWhereabouts>)
  | (AlarmFact<"press-appended", { readonly press: Press }> & Personal<Whereabouts>)
  /** Its device told where it is. `moved`: further than anybody could overlook. */
  | (AlarmFact<"alarm-positioned", { readonly moved: boolean }> & Personal<{ readonly position: AlarmPosition }>)
  | AlarmFact<"alarm-alerted", { readonly reason: string; readonly nextStep: number; readonly nextAt: EpochMs }>
  | StepRun
  | MessagesQueued
  | DeliveryChanged
  | DeliveriesStopped
  | OfferChanged
  | AlarmFact<"leg-stopped", { readonly leg: Leg; readonly reason: string }>
  | AlarmFact<"leg-reopened", { readonly leg: Leg; readonly reason: string }>
  | AlarmFact<"alarm-flagged", { readonly flags: readonly Flag[] }>
  | AlarmFact<"flags-cleared", { readonly flags: readonly Flag[] }>
  | AlarmFact<"priority-raised", { readonly priority: number; readonly why: string }>
  | AlarmFact<"alarm-taken", ByPerson & { readonly progressBy: EpochMs }>
  | AlarmFact<"alarm-released", { readonly by: string | null; readonly reason: string }>
  | AlarmFact<"progress-made", { readonly progressBy: EpochMs }>
  | AlarmFact<"arrived", { readonly by: string; readonly evidence: string; readonly progressBy: EpochMs | null }>
  /** Nothing more to do for this offer until `nextAt`; null: all its person's ways were tried. */
  | AlarmFact<"chase-checked", { readonly offer: string; readonly nextAt: EpochMs | null }>
  /** When more volunteers are asked, or those who declined again; null: not by itself. */
  | AlarmFact<"widening-planned", { readonly dueAt: EpochMs | null }>
  | AlarmFact<"arrival-overdue", { readonly offer: string }>
  | AlarmFact<"cancel-requested", { readonly verifyBy: EpochMs }>
  | AlarmFact<"cancel-ended", { readonly why: string }>
  | AlarmFact<"cancel-overdue">
  | AlarmFact<"cancel-verified", ByPerson>
  | (AlarmFact<"noted", ByPerson> & Personal<{ readonly text: string }>)
  | AlarmFact<"alarm-resolved", ByPerson & { readonly outcome: Outcome; readonly reviewBy: EpochMs }>
  | AlarmFact<"review-overdue", { readonly reviewBy: EpochMs }>
  | AlarmFact<"alarm-closed", ByPerson & { readonly forgetAt: EpochMs }>
  | AlarmFact<"alarm-forgotten">
  | AlarmFact<"alarm-journaled">
  | AlarmFact<"wearer-told", { readonly say: Say }>
  | AlarmFact<"say-changed", { readonly say: Say }>
  | PlatformEvent;

export type DirectoryEvent =
  | ({
      readonly kind: "resident-saved";
      readonly id: string;
      readonly priority: number | null;
      readonly account: string | null;
      readonly zone: string | null;
      /** The responder who holds the key; journals of earlier gateways do not say. */
      readonly keyHolder?: string | null;
    } & Personal<{
      readonly name: string;
      readonly building: string;
      readonly unit: string;
      readonly room: string;
      readonly phone: string;
      readonly notes: string;
      readonly keyPlace: string;
    }>)
  | ({ readonly kind: "building-saved" } & Building)
  | ({
      readonly kind: "responder-saved";
      readonly id: string;
      readonly role: ResponderRole;
      readonly residents: readonly string[];
      readonly order: number;
      /** Null: as the policy says. Journals of earlier gateways do not say. */
      readonly quiet?: TimeWindow | null;
      readonly minRestMs?: DurationMs | null;
    } & Personal<{ readonly name: string; readonly building: string; readonly unit: string; readonly room: string }>)
  | ({
      readonly kind: "contact-saved";
      readonly responder: string;
      readonly channel: string;
      readonly order: number;
      /** Absent: as the policy says. */
      readonly chase?: Partial<Chase>;
    } & Personal<{ readonly address: string }>)
  /** An address that its service says is no more. */
  | {
      readonly kind: "contact-removed";
      readonly responder: string;
      readonly channel: string;
      readonly order: number;
    }
  | ({
      readonly kind: "device-saved";
      readonly id: string;
      readonly bridge: string;
      readonly address: string;
      readonly resident: string | null;
      readonly means: Means;
      readonly label: string;
      readonly location: string;
      /** When it was saved; journals of earlier gateways do not say. */
      readonly at?: EpochMs;
    } & Personal<{ readonly key: string | null; readonly sip?: string | null }>)
  | {
      readonly kind: "device-standing-changed";
      readonly device: string;
      readonly standing: Standing;
      readonly by: string;
      readonly at: EpochMs;
    }
  /** `with` took its place. */
  | {
      readonly kind: "device-replaced";
      readonly device: string;
      readonly with: string;
      readonly by: string;
      readonly at: EpochMs;
    }
  | {
      readonly kind: "account-saved";
      readonly user: string;
      readonly passwordSha256: string;
      readonly bridge: string;
      readonly address: string | null;
    }
  | { readonly kind: "token-saved"; readonly sha256: string; readonly name: string; readonly role: Role }
  | { readonly kind: "login-saved"; readonly name: string; readonly role: Role; readonly passwordHash: string }
  | { readonly kind: "login-removed"; readonly name: string };

/** A fault of the gateway, a line, a path or a device. One row for each `key`, raised and cleared. */
export interface FaultRaised {
  readonly kind: "fault-raised";
  readonly key: string;
  readonly code: string;
  readonly detail: string;
  readonly at: EpochMs;
}

export type SiteEvent =
  | FaultReportEvent
  | NoticeEvent
  | DutyEvent
  | DeviceEvent
  | FaultRaised
  | { readonly kind: "fault-cleared"; readonly key: string; readonly detail: string; readonly at: EpochMs }
  | ({
      readonly kind: "report-undecided";
      readonly device: string;
      readonly raw: string;
      readonly why: string;
      readonly at: EpochMs;
    } & Personal<Whereabouts>)
  | { readonly kind: "policy-saved"; readonly policy: Policy }
  | SiteSalvaged
  | {
      readonly kind: "gateway-started";
      readonly version: string;
      readonly facilities: Facilities;
      readonly policies: readonly string[];
      readonly at: EpochMs;
    }
  | { readonly kind: "clock-stepped"; readonly byMs: number; readonly trustAt: EpochMs; readonly at: EpochMs }
  | { readonly kind: "clock-trusted"; readonly at: EpochMs }
  | KeyCopyConfirmed
  /** A person opened the gateway under this public address, from a public network. */
  | { readonly kind: "public-url-proved"; readonly url: string; readonly at: EpochMs }
  | {
      readonly kind: "session-opened";
      readonly sha256: string;
      readonly login: string | null;
      readonly tokenSha256: string | null;
      readonly at: EpochMs;
    }
  | { readonly kind: "session-used"; readonly sha256: string; readonly at: EpochMs }
  | { readonly kind: "session-ended"; readonly sha256: string; readonly at: EpochMs };

/** What this site has, as its configuration says; policies choose among it. */
export interface Facilities {
  readonly hotline: boolean;
  readonly siren: boolean;
  /** Whether one of the ways to the hotline takes tests and technical reports; absent: as `hotline`. */
  readonly hotlineReports?: boolean;
  /** Whether one of them is told the end of an alarm; absent: none. */
  readonly hotlineRestore?: boolean;
  /** The entries of `volunteers`, by name, in order. */
  readonly channels: readonly string[];
  /** The city platforms under `hotline`, by name: they are told the life of every alarm. Absent: none. */
  readonly platforms?: readonly string[];
  /** What each of `channels` is (see channel-kinds.ts); absent in older journals: webhooks. */
  readonly channelKinds?: Readonly<Record<string, string>>;
  readonly timezone: string;
}

export type DomainEvent = AlarmEvent | DirectoryEvent | SiteEvent;
