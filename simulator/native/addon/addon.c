/* The addon's functions as JavaScript sees them; addon.ts has their types. */
#include "addon.h"
#include "terminal.h"

/* About what a small machine occupies, so that V8 knows there is something behind the handle. */
static const int64_t machineBytes = 400 * 1024;

static napi_value undefined(napi_env env) {
  napi_value result;
  napi_get_undefined(env, &result);
  return result;
}

static void releaseBundle(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  simBundleRelease(data);
}

/* Files that the program reads: [name, bytes, name, bytes, ...] */
static void addData(napi_env env, SimBundle* bundle, napi_value list) {
  uint32_t count = 0, index;
  napi_get_array_length(env, list, &count);
  for (index = 0; index + 1 < count; index += 2) {
    napi_value item;
    size_t nameLength, length = 0;
    void* bytes = NULL;
    char* name;
    napi_get_element(env, list, index, &item);
    name = addonText(env, item, &nameLength);
    napi_get_element(env, list, index + 1, &item);
    if (name && napi_get_buffer_info(env, item, &bytes, &length) == napi_ok)
      simBundleAddData(bundle, name, bytes, length);
    free(name);
  }
}

/* createBundle([specifier, source, path, specifier, source, path, ...], [name, bytes, ...]) */
static napi_value createBundle(napi_env env, napi_callback_info info) {
  size_t argc = 2, length;
  uint32_t count = 0, index;
  napi_value given[2], list, item, result;
  SimBundle* bundle;
  napi_get_cb_info(env, info, &argc, given, NULL, NULL);
  list = given[0];
  napi_get_array_length(env, list, &count);
  bundle = simBundleNew(count / 3);
  for (index = 0; index + 2 < count; index += 3) {
    char* parts[3];
    int part;
    for (part = 0; part < 3; part++) {
      size_t partLength = 0;
      napi_get_element(env, list, index + (uint32_t)part, &item);
      parts[part] = addonText(env, item, &partLength);
      if (part == 1) length = partLength;
    }
    if (parts[0] && parts[1] && parts[2]) simBundleAdd(bundle, parts[0], parts[1], length, parts[2]);
    for (part = 0; part < 3; part++) free(parts[part]);
  }
  if (argc > 1) addData(env, bundle, given[1]);
  simBundleSeal(bundle);
  napi_create_external(env, bundle, releaseBundle, NULL, &result);
  return result;
}

static void deleteMachine(napi_env env, MachineHandle* handle) {
  int64_t adjusted;
  if (!handle->machine) return;
  simMachineDelete(handle->machine);
  handle->machine = NULL;
  napi_adjust_external_memory(env, -machineBytes, &adjusted);
}

static void finalizeMachine(napi_env env, void* data, void* hint) {
  MachineHandle* handle = data;
  (void)hint;
  deleteMachine(env, handle);
  napi_delete_reference(env, handle->onCall);
  napi_delete_reference(env, handle->onLog);
  napi_delete_reference(env, handle->onNow);
  free(handle);
}

static void readOptions(napi_env env, napi_value object, SimOptions* options) {
  options->chunkInitialBytes = (int32_t)addonNumber(env, object, "chunkInitialBytes", 65536);
  options->chunkIncrementBytes = (int32_t)addonNumber(env, object, "chunkIncrementBytes", 16384);
  options->slotsInitial = (int32_t)addonNumber(env, object, "slotsInitial", 8192);
  options->slotsIncrement = (int32_t)addonNumber(env, object, "slotsIncrement", 1024);
  options->stackSlots = (int32_t)addonNumber(env, object, "stackSlots", 512);
  options->keysInitial = (int32_t)addonNumber(env, object, "keysInitial", 32);
  options->keysIncrement = (int32_t)addonNumber(env, object, "keysIncrement", 32);
  options->meterLimit = addonNumber(env, object, "meterLimit", 0);
  options->seed = (uint32_t)addonNumber(env, object, "seed", 1);
  options->debugger = addonTextProperty(env, object, "debugger");
}

/* createMachine(bundle, name, options, onCall, onLog, onNow) */
static napi_value createMachine(napi_env env, napi_callback_info info) {
  size_t argc = 6;
  napi_value argv[6], result;
  void* bundle = NULL;
  int64_t adjusted;
  char* name;
  SimOptions options;
  MachineHandle* handle;
  SimCallbacks callbacks = {addonOnCall, addonOnLog, addonOnNow, NULL};
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  if (argc < 6 || napi_get_value_external(env, argv[0], &bundle) != napi_ok) {
    napi_throw_type_error(env, NULL, "createMachine needs a bundle, a name, options and three functions");
    return NULL;
  }
  handle = calloc(1, sizeof(MachineHandle));
  handle->env = env;
  napi_create_reference(env, argv[3], 0, &handle->onCall);
  napi_create_reference(env, argv[4], 0, &handle->onLog);
  napi_create_reference(env, argv[5], 0, &handle->onNow);
  callbacks.owner = handle;
  readOptions(env, argv[2], &options);
  name = addonText(env, argv[1], NULL);
  handle->machine = simMachineNew(bundle, name ? name : "", &options, &callbacks);
  free(name);
  free((char*)options.debugger);
  napi_adjust_external_memory(env, machineBytes, &adjusted);
  napi_create_external(env, handle, finalizeMachine, NULL, &result);
  if (simDeath(handle->machine) != SIM_ALIVE) return addonThrow(env, handle, SIM_DIED);
  return result;
}

/* The handle in the first argument; NULL with a pending exception when its machine is gone. */
static MachineHandle* openHandle(napi_env env, napi_callback_info info, size_t* argc, napi_value* argv) {
  void* data = NULL;
  if (napi_get_cb_info(env, info, argc, argv, NULL, NULL) != napi_ok || *argc < 1 ||
      napi_get_value_external(env, argv[0], &data) != napi_ok || !((MachineHandle*)data)->machine) {
    napi_throw_type_error(env, NULL, "the machine is closed");
    return NULL;
  }
  return data;
}

static napi_value answer(napi_env env, MachineHandle* handle, SimOutcome outcome, SimValue* value) {
  napi_value result;
  if (outcome == SIM_OK) result = value ? addonToJs(env, value) : undefined(env);
  else result = addonThrow(env, handle, outcome);
  if (value && value->owned) free(value->bytes);
  return result;
}

/* importModule(machine, specifier, preloading) */
static napi_value importModule(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3];
  bool preloading = false;
  char* specifier;
  SimOutcome outcome;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  napi_get_value_bool(env, argv[2], &preloading);
  specifier = addonText(env, argv[1], NULL);
  outcome = simImport(handle->machine, specifier ? specifier : "", preloading);
  free(specifier);
  return answer(env, handle, outcome, NULL);
}

static napi_value finishPreload(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  return handle ? answer(env, handle, simFinishPreload(handle->machine), NULL) : NULL;
}

/* shareMachine(machine): the handle is empty afterwards */
static napi_value shareMachine(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  int64_t adjusted;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  if (!simShareMachine(handle->machine)) {
    napi_throw_type_error(env, NULL, "a bundle has one image, and a machine that runs or has ended cannot be it");
    return NULL;
  }
  handle->machine = NULL;
  napi_adjust_external_memory(env, -machineBytes, &adjusted);
  return undefined(env);
}

static napi_value evaluate(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  SimValue value;
  SimOutcome outcome;
  char* source;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  source = addonText(env, argv[1], NULL);
  outcome = simEvaluate(handle->machine, source ? source : "", &value);
  free(source);
  return answer(env, handle, outcome, &value);
}

/* notify(machine, id, method, ...arguments) */
static napi_value notify(napi_env env, napi_callback_info info) {
  size_t argc = SIM_MAX_ARGUMENTS + 3, index, count = 0;
  napi_value argv[SIM_MAX_ARGUMENTS + 3];
  SimValue arguments[SIM_MAX_ARGUMENTS], value;
  SimOutcome outcome = SIM_OK;
  char method[64] = "";
  int32_t id = 0;
  int converted = 1;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  if (argc > SIM_MAX_ARGUMENTS + 3) {
    napi_throw_range_error(env, NULL, "a notification takes at most 16 arguments");
    return NULL;
  }
  napi_get_value_int32(env, argv[1], &id);
  napi_get_value_string_utf8(env, argv[2], method, sizeof(method), NULL);
  for (index = 3; converted && index < argc; index++) {
    converted = addonFromJs(env, argv[index], &arguments[count]);
    if (converted) count++;
  }
  if (converted) outcome = simNotify(handle->machine, id, method, (int)count, arguments, &value);
  for (index = 0; index < count; index++)
    if (arguments[index].owned) free(arguments[index].bytes);
  return converted ? answer(env, handle, outcome, &value) : NULL;
}

static napi_value collect(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  return handle ? answer(env, handle, simCollect(handle->machine), NULL) : NULL;
}

/* sealBaseline(machine, chunkBudgetBytes, slotBudget): -1 for no limit */
static napi_value sealBaseline(napi_env env, napi_callback_info info) {
  size_t argc = 3;
  napi_value argv[3];
  double chunks = -1, slots = -1;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  napi_get_value_double(env, argv[1], &chunks);
  napi_get_value_double(env, argv[2], &slots);
  return answer(env, handle, simSealBaseline(handle->machine, chunks, slots), NULL);
}

static napi_value setUtcOffset(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  double seconds = 0;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  napi_get_value_double(env, argv[1], &seconds);
  simSetUtcOffset(handle->machine, seconds);
  return undefined(env);
}

static void setNumber(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
}

static napi_value readStats(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], result;
  SimStats stats;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  simReadStats(handle->machine, &stats);
  napi_create_object(env, &result);
  setNumber(env, result, "chunkBytes", stats.chunkBytes);
  setNumber(env, result, "chunkPeakBytes", stats.chunkPeakBytes);
  setNumber(env, result, "chunkReservedBytes", stats.chunkReservedBytes);
  setNumber(env, result, "chunkBaselineBytes", stats.chunkBaselineBytes);
  setNumber(env, result, "slots", stats.slots);
  setNumber(env, result, "slotsPeak", stats.slotsPeak);
  setNumber(env, result, "slotsReserved", stats.slotsReserved);
  setNumber(env, result, "slotsBaseline", stats.slotsBaseline);
  setNumber(env, result, "slotBytes", stats.slotBytes);
  setNumber(env, result, "stackSlots", stats.stackSlots);
  setNumber(env, result, "stackPeakSlots", stats.stackPeakSlots);
  setNumber(env, result, "keys", stats.keys);
  setNumber(env, result, "collections", stats.collections);
  setNumber(env, result, "parserPeakBytes", stats.parserPeakBytes);
  setNumber(env, result, "meter", stats.meter);
  setNumber(env, result, "unhandledErrors", stats.unhandledErrors);
  return result;
}

static napi_value startCoverage(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  return handle ? answer(env, handle, simCoverageStart(handle->machine), NULL) : NULL;
}

typedef struct {
  napi_env env;
  napi_value list;
  uint32_t length;
} LineList;

static void appendLine(void* owner, const char* path, int32_t line, uint32_t count) {
  LineList* lines = owner;
  napi_value value;
  napi_create_string_utf8(lines->env, path, NAPI_AUTO_LENGTH, &value);
  napi_set_element(lines->env, lines->list, lines->length++, value);
  napi_create_int32(lines->env, line, &value);
  napi_set_element(lines->env, lines->list, lines->length++, value);
  napi_create_uint32(lines->env, count, &value);
  napi_set_element(lines->env, lines->list, lines->length++, value);
}

/* readCoverage(machine): [path, line, count, path, line, count, ...] */
static napi_value readCoverage(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  LineList lines = {env, NULL, 0};
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  napi_create_array(env, &lines.list);
  simCoverageRead(handle->machine, appendLine, &lines);
  return lines.list;
}

/* closeMachine(machine): false when it is running; then it ends at its next call of the host and is closed after. */
static napi_value closeMachine(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], result;
  bool closed;
  MachineHandle* handle = openHandle(env, info, &argc, argv);
  if (!handle) return NULL;
  closed = simDepth(handle->machine) == 0;
  if (closed) deleteMachine(env, handle);
  else simStop(handle->machine);
  napi_get_boolean(env, closed, &result);
  return result;
}

static napi_value initialize(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
#define FUNCTION(NAME) {#NAME, NULL, NAME, NULL, NULL, NULL, napi_enumerable, NULL}
      FUNCTION(createBundle), FUNCTION(createMachine), FUNCTION(importModule), FUNCTION(finishPreload),
      FUNCTION(evaluate),     FUNCTION(notify),        FUNCTION(collect),      FUNCTION(sealBaseline),
      FUNCTION(setUtcOffset), FUNCTION(readStats),     FUNCTION(closeMachine),  FUNCTION(startCoverage),
      FUNCTION(readCoverage), FUNCTION(shareMachine),  FUNCTION(openTerminal),
  };
  napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions);
  return exports;
}

NAPI_MODULE(simulator, initialize)
