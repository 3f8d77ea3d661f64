import { responderRef, nameOf } from "../core/by-whom.ts";
import { GatewayError } from "../core/errors.ts";
import type { Grouping, ResponseQuery, ResponseRow } from "../core/response-report.ts";
import { lastMonth, monthOf, parseSiteTime } from "../core/site-time.ts";
import type { State } from "../core/state.ts";
import { isoOrNull } from "../core/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { MonthReport, ReportProgress, Reports, ReportsDesk, ResponseReport } from "../ports/reports.ts";

interface ReportDeskParts {
  readonly reports: Reports;
  readonly clock: Clock;
  readonly site: { readonly name: string; readonly timezone: string; readonly demo: boolean };
  readonly state: () => State;
}

/** Reports as people ask for them: in the site's time, with what only the directory knows, which the journal seals. */
export class ReportDesk implements ReportsDesk {
  readonly #parts: ReportDeskParts;

  constructor(parts: ReportDeskParts) {
    this.#parts = parts;
  }

  async responseTimes(asked: {
    readonly from: string;
    readonly to: string;
    readonly by: Grouping | null;
  }): Promise<ResponseReport | ReportProgress> {
    const { reports, site } = this.#parts;
    const { timezone } = site;
    const { by } = asked;
    const from = parseSiteTime(asked.from, timezone, "from");
    const to = parseSiteTime(asked.to, timezone, "to");
    if (from >= to)
      throw new GatewayError(
        "bad-input",
        `to: ${asked.to} is not after ${asked.from}; it is exclusive, so name the day after`,
      );
    const buildings = by === "building" ? this.#buildings() : [];
    const figures = await reports.responseTimes({ from, to, by, timezone, buildings });
    if ("pending" in figures) return figures;
    const { alarms, unverified } = figures;
    const rows = by === "responder" ? figures.rows.map((row) => this.#named(row)) : figures.rows;
    return { from: isoOrNull(from)!, to: isoOrNull(to)!, timezone, by, alarms, unverified, rows };
  }

  async month(asked: string | null): Promise<MonthReport | ReportProgress> {
    const { reports, clock, site } = this.#parts;
    const { timezone, name, demo } = site;
    const now = clock.now();
    const { month, from, to } = asked === null ? lastMonth(now, timezone) : monthOf(asked, timezone);
    if (from > now) throw new GatewayError("bad-input", `month: ${month} has not begun`);
    const figures = await reports.month({ month, from, to, timezone, buildings: this.#buildings(), now });
    if ("pending" in figures) return figures;
    const about = { month, from: isoOrNull(from)!, to: isoOrNull(to)!, madeAt: isoOrNull(now)!, timezone };
    return { ...about, site: name, demo, whole: to <= now, figures };
  }

  async monthPage(report: MonthReport): Promise<string> {
    const { monthPage } = await import("./month-page.ts");
    return monthPage(report);
  }

  #buildings(): ResponseQuery["buildings"] {
    return [...this.#parts.state().residents.values()].map(({ id, building }) => [id, building] as const);
  }

  /** Two people may have one name: the id stands beside it. */
  #named(row: ResponseRow): ResponseRow {
    const name = nameOf(this.#parts.state(), responderRef(row.group));
    return name === row.group ? row : { ...row, group: `${name} (${row.group})` };
  }
}
