import { Button } from "../../firmware-sim/button.ts";
import { memoryCounter } from "../../firmware-sim/counter.ts";
import type { SimClock } from "../../firmware-sim/clock.ts";
import type { ButtonReport } from "../../firmware-sim/unheard.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { deviceIdOf, type Report, type SayOrder } from "../../gateway/core/report.ts";
import type { DevicePlace } from "./settlement.ts";

/** A report as it is on the air: the line adds who hears it, and when. */
export type OnAir = Omit<Report, "receivedAt">;

/** A device of the settlement: the firmware's own key, counter and retries, without an encoding. */
export class WornButton extends Button {
  readonly id: string;
  readonly place: DevicePlace;
  readonly #send: (report: OnAir) => void;
  readonly #kinds = new Map<number, ReportKind>();
  #kind: ReportKind = "heartbeat";

  constructor(place: DevicePlace, clock: SimClock, batteryStartPct: number, send: (report: OnAir) => void) {
    super(place.address, { clock, batteryStartPct, bounces: 1, counter: memoryCounter(10) });
    this.place = place;
    this.id = deviceIdOf(place.bridge, place.address);
    this.#send = send;
  }

  /** Any kind of report, also those that the firmware's own keys do not have. */
  report(kind: ReportKind): number {
    this.#kind = kind;
    const { counter } = kind === "heartbeat" ? this.heartbeat() : this.press();
    this.#kind = "heartbeat";
    return counter;
  }

  /** What the report with this counter was about. */
  kindOf(counter: number): ReportKind | undefined {
    return this.#kinds.get(counter);
  }

  /** The gateway has told this device something, and the air has carried it. */
  hear({ counter, say }: SayOrder): void {
    this.tell(counter, say);
  }

  protected override transmit({ counter }: ButtonReport, ageMs: number): void {
    if (!this.#kinds.has(counter)) this.#kinds.set(counter, this.#kind);
    this.#send(this.onAir(counter, ageMs));
  }

  onAir(counter: number, ageMs: number): OnAir {
    const { bridge, address, line } = this.place;
    const kind = this.#kinds.get(counter) ?? "heartbeat";
    return {
      bridge,
      address,
      line,
      transport: bridge === "mqtt" ? "mqtt" : "serial",
      kind,
      press: kind === "heartbeat" ? null : kind,
      counter,
      ageMs,
      ageAtLeast: false,
      batteryPct: this.batteryPct,
      proof: "valid",
      raw: `${address} ${counter}`,
    };
  }
}
