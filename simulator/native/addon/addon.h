/* The addon side's own declarations; included only by files that know node_api types. */
#ifndef XIAOZHI_ADDON
#define XIAOZHI_ADDON

#define NAPI_VERSION 9
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

/*
 * Node's handle on a machine. The functions are held weakly, for the JavaScript object that owns them also owns this
 * handle: a machine that is forgotten without being closed can be collected.
 */
typedef struct {
  napi_env env;
  napi_ref onCall, onLog, onNow;
  SimMachine* machine;
} MachineHandle;

napi_value addonToJs(napi_env env, const SimValue* value);
/* 0 with a pending exception when the value cannot be converted. Bytes are borrowed, text is copied. */
int addonFromJs(napi_env env, napi_value js, SimValue* value);
char* addonText(napi_env env, napi_value js, size_t* length);
/* NULL when the property is not a string; malloc'ed otherwise. */
char* addonTextProperty(napi_env env, napi_value object, const char* name);
double addonNumber(napi_env env, napi_value object, const char* name, double missing);

SimOutcome addonOnCall(void* owner, int count, SimValue* arguments, SimValue* result, SimThrown* thrown);
void addonOnLog(void* owner, SimLogLevel level, const char* text);
double addonOnNow(void* owner);

napi_value addonThrow(napi_env env, MachineHandle* handle, SimOutcome outcome);

#endif
