/** What a device can report: one vocabulary for every bridge. */
export const REPORT_KINDS = [
  "emergency",
  "fall",
  "service",
  "cancel",
  "inactivity",
  "test",
  "low_battery",
  "heartbeat",
  "tamper",
  "other",
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** Reports that open an alarm for a person to take. */
export const ALARM_KINDS = ["emergency", "fall", "inactivity", "service"] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export const ALARM_STATES = ["new", "alerting", "owned", "attending", "resolved", "closed"] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** What the wearer is told by the pendant: lamp, buzzer or voice. */
export const SAYINGS = ["heard", "answered", "coming"] as const;
export type Say = (typeof SAYINGS)[number];

/** The ways an alarm runs side by side. */
export const LEGS = ["hotline", "volunteers", "family", "staff"] as const;
export type Leg = (typeof LEGS)[number];

export const RESPONDER_ROLES = ["volunteer", "family", "staff", "operator"] as const;
export type ResponderRole = (typeof RESPONDER_ROLES)[number];

/** Rights of people who log in or hold a token. */
export const ROLES = ["administrator", "supervisor", "operator", "staff", "technician", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Whether a device is relied on. A suspended one is away (lost, under repair); a retired one is gone for good. What
 * either says is never an alarm of its resident, and never nothing.
 */
export const STANDINGS = ["in-use", "suspended", "retired"] as const;
export type Standing = (typeof STANDINGS)[number];

/** What a device's press stands for when the wire does not say it. */
export const MEANS = ["emergency", "service", "test"] as const;
export type Means = (typeof MEANS)[number];

export const ANSWERS = ["seen", "accept", "decline", "enroute", "arrive", "done"] as const;
export type Answer = (typeof ANSWERS)[number];

/** How an alarm ended, chosen by a person. */
export const OUTCOMES = [
  "ok-accidental",
  "ok-wanted-contact",
  "helped-on-site",
  "lifted-after-fall",
  "sent-120",
  "sent-119",
  "sent-110",
  "family-took-over",
  "service-request",
  "no-access",
  "forced-entry",
  "not-found",
  "deceased",
  "device-fault",
  "test",
  "duplicate",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
