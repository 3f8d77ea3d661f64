import type { Meter } from "../../ports/log.ts";

type Labels = Readonly<Record<string, string>>;

/** Series kept of one name; what comes beyond is counted together, its labels all `other`. */
const SERIES_MAX = 200;
/** Names kept; what comes beyond is only counted. */
const NAMES_MAX = 500;
const REFUSED = "okc_metrics_refused_total";
/** Upper bounds in seconds: from a commit to an ambulance. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];

interface Series {
  readonly labels: Labels;
  /** The count, the gauge, or the sum of what was observed. */
  value: number;
  /** How many fell into each bucket; the last is beyond all. Histograms only. */
  readonly buckets: number[] | null;
}

type Type = "counter" | "gauge" | "histogram";

interface Family {
  readonly name: string;
  readonly type: Type;
  readonly series: Map<string, Series>;
}

interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Counts, gauges and histograms for `/metrics`, in the text form of Prometheus. They are kept in plain maps; the
 * library that writes them down is loaded when somebody asks.
 */
export class PrometheusMeter implements Meter {
  readonly #families = new Map<string, Family>();
  #writer: Promise<{ metrics(): Promise<string> }> | null = null;

  count(name: string, labels: Labels = {}, by = 1): void {
    const series = this.#seriesOf(name, "counter", labels);
    if (series && by > 0) series.value += by;
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    const series = this.#seriesOf(name, "gauge", labels);
    if (series) series.value = value;
  }

  observe(name: string, value: number, labels: Labels = {}): void {
    const series = this.#seriesOf(name, "histogram", labels);
    if (!series) return;
    const bucket = BUCKETS.findIndex((bound) => value <= bound);
    series.buckets![bucket < 0 ? BUCKETS.length : bucket]! += 1;
    series.value += value;
  }

  /** Everything in the text form of Prometheus (version 0.0.4), with the process's own figures. */
  async text(): Promise<string> {
    this.#writer ??= this.#createWriter();
    return (await this.#writer).metrics();
  }

  #seriesOf(name: string, type: Type, labels: Labels): Series | null {
    const family = this.#familyOf(name, type);
    if (!family) return null;
    const { series } = family;
    const key = keyOf(labels);
    const known = series.get(key);
    if (known) return known;
    if (series.size < SERIES_MAX) return addSeries(family, key, labels);
    const others = Object.fromEntries(Object.keys(labels).map((label) => [label, "other"]));
    const otherKey = keyOf(others);
    // One place above the bound for each set of label names; those are written in the code, so they are few.
    return series.get(otherKey) ?? addSeries(family, otherKey, others);
  }

  #familyOf(name: string, type: Type): Family | null {
    const known = this.#families.get(name);
    if (known) return known.type === type ? known : this.#refuse(name);
    if (this.#families.size >= NAMES_MAX && name !== REFUSED) return this.#refuse(name);
    const family: Family = { name, type, series: new Map() };
    this.#families.set(name, family);
    return family;
  }

  /** A name used in two ways, or one name too many: said where somebody who looks will see it. */
  #refuse(name: string): null {
    if (name !== REFUSED) this.count(REFUSED);
    return null;
  }

  async #createWriter(): Promise<{ metrics(): Promise<string> }> {
    const { Registry, collectDefaultMetrics } = await import("prom-client");
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    return {
      metrics: () => {
        for (const family of this.#families.values()) {
          if (registry.getSingleMetric(family.name)) continue;
          // The registry asks a metric for its samples only; ours are in the maps.
          registry.registerMetric({ name: family.name, get: () => Promise.resolve(describe(family)) } as never);
        }
        return registry.metrics();
      },
    };
  }
}

const keyOf = (labels: Labels): string => {
  const names = Object.keys(labels);
  if (names.length === 0) return "";
  return JSON.stringify(names.sort().map((name) => [name, labels[name]]));
};

function addSeries(family: Family, key: string, labels: Labels): Series {
  const buckets = family.type === "histogram" ? new Array<number>(BUCKETS.length + 1).fill(0) : null;
  const series: Series = { labels, value: 0, buckets };
  family.series.set(key, series);
  return series;
}

function describe({ name, type, series }: Family): { name: string; help: string; type: Type; values: Sample[] } {
  const help = name
    .replace(/^okc_/, "")
    .replace(/_total$/, "")
    .replaceAll("_", " ");
  const values = [...series.values()].flatMap((one) => (one.buckets ? samplesOf(name, one) : [one]));
  return { name, help, type, values };
}

function samplesOf(name: string, { labels, value, buckets }: Series): Sample[] {
  let below = 0;
  const samples: Sample[] = buckets!.map((count, index) => {
    below += count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: BUCKETS[index] ?? "+Inf" }, value: below };
  });
  samples.push({ metricName: `${name}_sum`, labels, value }, { metricName: `${name}_count`, labels, value: below });
  return samples;
}
