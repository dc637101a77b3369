/** What keeps a Linux build from being made or run. */
export class LinuxBuildError extends Error {
  override readonly name = "LinuxBuildError";
  readonly code: "sdk-missing" | "build-failed" | "program-ended" | "no-line";

  constructor(code: LinuxBuildError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
