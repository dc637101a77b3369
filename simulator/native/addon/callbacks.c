/* What a machine asks of Node. Every handle scope is closed again before the engine goes on. */
#include "addon.h"

static char* propertyText(napi_env env, napi_value object, const char* name) {
  napi_value value, text;
  napi_valuetype type;
  if (napi_get_named_property(env, object, name, &value) != napi_ok) return NULL;
  napi_typeof(env, value, &type);
  if (type == napi_undefined || napi_coerce_to_string(env, value, &text) != napi_ok) return NULL;
  return addonText(env, text, NULL);
}

static void clearException(napi_env env) {
  napi_value ignored;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) napi_get_and_clear_last_exception(env, &ignored);
}

static void takeException(napi_env env, SimThrown* thrown) {
  napi_value exception, text;
  bool pending = false, isError = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) {
    thrown->message = strdup("the host's answer could not be read");
    return;
  }
  napi_get_and_clear_last_exception(env, &exception);
  napi_is_error(env, exception, &isError);
  if (isError) {
    thrown->name = propertyText(env, exception, "name");
    thrown->message = propertyText(env, exception, "message");
  }
  else if (napi_coerce_to_string(env, exception, &text) == napi_ok)
    thrown->message = addonText(env, text, NULL);
  clearException(env);
}

/* Bytes live in Node's heap; they must outlive the handle scope. */
static void ownBytes(SimValue* value) {
  char* copy;
  if (value->kind != SIM_BYTES) return;
  copy = malloc(value->length + 1);
  memcpy(copy, value->bytes, value->length);
  value->bytes = copy;
  value->owned = 1;
}

SimOutcome addonOnCall(void* owner, int count, SimValue* arguments, SimValue* result, SimThrown* thrown) {
  MachineHandle* handle = owner;
  napi_env env = handle->env;
  napi_handle_scope scope;
  napi_value function, receiver, answer, js[SIM_MAX_ARGUMENTS];
  SimOutcome outcome = SIM_OK;
  int index;
  memset(result, 0, sizeof(*result));
  napi_open_handle_scope(env, &scope);
  for (index = 0; index < count; index++) js[index] = addonToJs(env, &arguments[index]);
  napi_get_reference_value(env, handle->onCall, &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, (size_t)count, js, &answer) != napi_ok ||
      !addonFromJs(env, answer, result)) {
    takeException(env, thrown);
    outcome = SIM_THREW;
  }
  else
    ownBytes(result);
  napi_close_handle_scope(env, scope);
  return outcome;
}

void addonOnLog(void* owner, SimLogLevel level, const char* text) {
  MachineHandle* handle = owner;
  napi_env env = handle->env;
  napi_handle_scope scope;
  napi_value function, receiver, answer, js[2];
  napi_open_handle_scope(env, &scope);
  napi_create_int32(env, (int32_t)level, &js[0]);
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &js[1]);
  napi_get_reference_value(env, handle->onLog, &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, 2, js, &answer) != napi_ok) clearException(env);
  napi_close_handle_scope(env, scope);
}

double addonOnNow(void* owner) {
  MachineHandle* handle = owner;
  napi_env env = handle->env;
  napi_handle_scope scope;
  napi_value function, receiver, answer;
  double now = 0;
  napi_open_handle_scope(env, &scope);
  napi_get_reference_value(env, handle->onNow, &function);
  napi_get_undefined(env, &receiver);
  if (napi_call_function(env, receiver, function, 0, NULL, &answer) != napi_ok) clearException(env);
  else napi_get_value_double(env, answer, &now);
  napi_close_handle_scope(env, scope);
  return now;
}

static void setText(napi_env env, napi_value object, const char* name, const char* text) {
  napi_value value;
  if (!text) return;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, object, name, value);
}

/* Throws what TypeScript turns into a SimulatorError or an XsError: an Error with the raw facts as properties. */
napi_value addonThrow(napi_env env, MachineHandle* handle, SimOutcome outcome) {
  static const char* deaths[] = {"alive",       "out-of-slots", "out-of-chunks", "stack-overflow", "too-much-computation",
                                 "out-of-keys", "engine-fault", "closed"};
  const SimFailure* failure = simFailure(handle->machine);
  napi_value message, error;
  napi_create_string_utf8(env, failure->message ? failure->message : "", NAPI_AUTO_LENGTH, &message);
  napi_create_error(env, NULL, message, &error);
  setText(env, error, "engineCode", outcome == SIM_DIED ? deaths[simDeath(handle->machine)] : failure->code);
  setText(env, error, "engineName", failure->name);
  setText(env, error, "engineStack", failure->stack);
  napi_throw(env, error);
  return NULL;
}
