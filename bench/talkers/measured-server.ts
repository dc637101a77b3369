/** What a server's process has used so far. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

/** A server that talkers are let loose on. */
export interface MeasuredServer {
  /** Where devices connect. */
  readonly url: string;
  /** Where its console is; undefined where nobody looks at it. */
  readonly address: string | undefined;
  usage(): Promise<Usage>;
  /** Frames that were encoded so far, by level; none of a server that does not tell. */
  encodedFrames(): Promise<ReadonlyMap<string, number>>;
  /** Has its time noted, function by function; gives what ends that and names the file. Undefined where that cannot be asked for. */
  profile?(file: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}
