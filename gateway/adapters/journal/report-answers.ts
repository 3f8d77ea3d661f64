import { setPriority } from "node:os";
import { MonthTally, type MonthFigures, type MonthQuery } from "../../core/month-figures.ts";
import { ResponseTally, type ResponseFigures, type ResponseQuery } from "../../core/response-report.ts";
import type { ReportProgress } from "../../ports/reports.ts";
import { readReport } from "./report-reading.ts";

/** A report waits for whatever is urgent: on Linux a thread has a priority of its own, and 0 names the calling one. */
const NICE = 10;

export function askResponseTimes(folder: string, query: ResponseQuery): Promise<ResponseFigures | ReportProgress> {
  giveWay();
  return readReport(folder, (file) => {
    const tally = new ResponseTally(query);
    for (const alarm of file.alarms(query.from, query.to, query.by === "responder")) tally.add(alarm);
    return tally.figures();
  });
}

export function askMonth(folder: string, query: MonthQuery): Promise<MonthFigures | ReportProgress> {
  giveWay();
  return readReport(folder, (file) => {
    const tally = new MonthTally(query);
    for (const alarm of file.alarms(query.from, query.to, true)) tally.add(alarm);
    return tally.figures(file.faults(query.from, query.to), file.tests(query.from, query.to));
  });
}

function giveWay(): void {
  // Elsewhere it would be the whole process that gives way, the alarm path with it.
  if (process.platform === "linux") setPriority(0, NICE);
}
