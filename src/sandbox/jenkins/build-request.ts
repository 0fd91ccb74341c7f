export interface Parameter {
  /** Its class, `hudson.model.StringParameterValue` for most. */
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

export interface Cause {
  readonly type: string;
  readonly userId: string;
  times: number;
}
