import { UNNAMED, type Decoded } from "../../core/definition.ts";
import type { ReportKind } from "../../core/kinds.ts";
import type { DecodedReport } from "../../core/report.ts";
import type { Row } from "./row.ts";

/** What a row said, one of them for each thing. */
export interface RowEvent {
  readonly kind: ReportKind;
  /** As it stands on the wire; null: the message names no device. */
  readonly deviceId: string | null;
  readonly batteryPct: number | null;
  readonly rssiDbm: number | null;
}

export interface EventOptions {
  /** Rows that need an enrolment are read as if their device were enrolled as an emergency button. */
  readonly enrolled?: boolean;
  /** Falls, calls for service and inactivity are written `other`, as the collections of samples write them. */
  readonly fixtureKinds?: boolean;
}

/** What somebody did, as against what a device is. */
const DEEDS: readonly ReportKind[] = ["emergency", "fall", "service", "inactivity", "cancel", "test"];
const FIXTURES_OTHER: readonly ReportKind[] = ["fall", "service", "inactivity"];

/** Whether it was sent by somebody's hand, just now. */
export const isLive = ({ isRetained, isFromHost }: Row): boolean => !isRetained && !isFromHost;

/** What one decoded message says, in the words that all bridges share; a rejected one says nothing. */
export function eventsOf(decoded: Decoded, row: Row, options: EventOptions): readonly RowEvent[] {
  switch (decoded.type) {
    case "reports":
      return decoded.reports.map((report) => ({
        kind: kindOf(report, row, options),
        deviceId: idOf(report),
        batteryPct: report.batteryPct,
        rssiDbm: report.rssiDbm ?? null,
      }));
    case "bridge":
      return [plain(decoded.state === "online" ? "heartbeat" : "other", null)];
    case "lost":
    case "echo":
      return [plain("other", decoded.address)];
    case "names":
      return [plain("other", null)];
    case "nothing":
      return [plain("other", decoded.wireId ?? null)];
    case "rejected":
      return [];
  }
}

const plain = (kind: ReportKind, deviceId: string | null): RowEvent => ({
  kind,
  deviceId,
  batteryPct: null,
  rssiDbm: null,
});

function kindOf({ kind, press }: DecodedReport, row: Row, { enrolled, fixtureKinds }: EventOptions): ReportKind {
  if (!isLive(row) && DEEDS.includes(kind)) return "other";
  if (kind === "other" && press !== null && enrolled === true && row.needsEnrolment && isLive(row)) return "emergency";
  return fixtureKinds === true && FIXTURES_OTHER.includes(kind) ? "other" : kind;
}

const idOf = ({ wireId, address }: DecodedReport): string | null => {
  if (wireId !== undefined) return wireId;
  return address === UNNAMED ? null : address;
};
