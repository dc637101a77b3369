/** The ONNX runtime, an optional package. */
export type Runtime = typeof import("onnxruntime-node");

/** Loads the runtime. Throws what Node throws when it is absent, or not for this computer. */
export async function importRuntime(): Promise<Runtime> {
  // The runtime reports its use to its maker over the network unless it is told not to before it is loaded.
  process.env["ORT_DISABLE_TELEMETRY"] = "1";
  const module = await import("onnxruntime-node");
  // The package is CommonJS; what Node finds as named exports differs between its versions.
  return (module as { default?: Runtime }).default ?? module;
}
