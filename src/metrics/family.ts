/** One series of a family: its labels by name, and its value. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as Prometheus and OpenMetrics know it. */
export interface MetricFamily {
  /** Without `_total`: counters get it where they are written. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** One sentence. */
  readonly help: string;
  /** The unit that the name ends with (OpenMetrics). */
  readonly unit?: 'seconds' | 'bytes';
  readonly samples: readonly Sample[];
}
