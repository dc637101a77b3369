/*
 * Files of the firmware as `Resource` gives them: bytes that lie outside the heap and cannot be written, as those in a
 * device's flash memory.
 */
#include "engine.h"

/* Sets a host object's bytes to a part of a file; nothing is copied. */
static void setBytes(txMachine* the, txSlot* slot, const char* bytes, size_t length) {
  fxSetHostBuffer(the, slot, (void*)bytes, (txSize)length);
  fxPetrifyHostBuffer(the, slot);
}

static void constructResource(txMachine* the) {
  SimMachine* machine = the->host;
  const char *name, *bytes;
  size_t length;
  name = fxToString(the, mxArgv(0));
  bytes = simBundleData(machine->bundle, name, &length);
  if (!bytes) {
    char message[256];
    snprintf(message, sizeof(message), "Resource not found: %.200s", name);
    simThrowError(the, "URIError", message);
  }
  setBytes(the, mxThis, bytes, length);
}

static void resourceExists(txMachine* the) {
  SimMachine* machine = the->host;
  size_t length;
  mxResult->kind = XS_BOOLEAN_KIND;
  mxResult->value.boolean = simBundleData(machine->bundle, fxToString(the, mxArgv(0)), &length) != NULL;
}

static void resourceByteLength(txMachine* the) {
  mxResult->value.integer = fxGetHostBufferLength(the, mxThis);
  mxResult->kind = XS_INTEGER_KIND;
}

static void defineLength(txMachine* the, txSlot* instance, txInteger length) {
  txSlot* property = mxBehaviorSetProperty(the, instance, mxID(_byteLength), 0, XS_OWN);
  property->flag = XS_DONT_DELETE_FLAG | XS_DONT_SET_FLAG;
  property->kind = XS_INTEGER_KIND;
  property->value.integer = length;
}

/* slice(begin, end, copy): without `copy` the answer lies where the file lies. */
static void resourceSlice(txMachine* the) {
  char* bytes = fxGetHostData(the, mxThis);
  txInteger length = fxGetHostBufferLength(the, mxThis);
  txInteger begin = (mxArgc > 0) ? fxToInteger(the, mxArgv(0)) : 0;
  txInteger end = (mxArgc > 1) ? fxToInteger(the, mxArgv(1)) : length;
  if (begin < 0) begin = 0;
  if (begin > length) begin = length;
  if (end > length) end = length;
  if (end < begin) end = begin;
  if (mxArgc < 3 || fxToBoolean(the, mxArgv(2))) {
    fxArrayBuffer(the, mxResult, bytes + begin, end - begin, -1);
    return;
  }
  fxNewHostObject(the, NULL);
  setBytes(the, the->stack, bytes + begin, (size_t)(end - begin));
  defineLength(the, the->stack->value.reference, end - begin);
  mxPullSlot(mxResult);
}

const SimNative simOwnNatives[] = {
    {"Resource_constructor", constructResource},
    {"Resource_exists", resourceExists},
    {"Resource_get_byteLength", resourceByteLength},
    {"Resource_slice", resourceSlice},
    {NULL, NULL},
};
