/*
 * Values between the heaps, in two steps: first everything that may throw or collect garbage, then bare pointers, which
 * stay valid only until the engine allocates again.
 */
#include "engine.h"

extern txInteger _xsmcGetBuffer(txMachine* the, txSlot* slot, void** data, txUnsigned* count, txBoolean writable);

int simIsBuffer(const txSlot* slot) {
  const txSlot* first = (slot->kind == XS_REFERENCE_KIND) ? slot->value.reference->next : NULL;
  if (!first || !(first->flag & XS_INTERNAL_FLAG)) return 0;
  return first->kind == XS_ARRAY_BUFFER_KIND || first->kind == XS_TYPED_ARRAY_KIND ||
         first->kind == XS_DATA_VIEW_KIND || first->kind == XS_HOST_KIND;
}

/* Replaces the value in `slot` by its JSON text; answers 0 for what JSON leaves out. */
static int toJson(txMachine* the, txSlot* slot) {
  int present;
  mxPush(mxJSONObject);
  mxDub();
  mxGetID(mxID(_stringify));
  mxCall();
  mxPushSlot(slot);
  mxRunCount(1);
  present = !mxIsUndefined(the->stack);
  if (present) fxToString(the, the->stack);
  slot->kind = the->stack->kind;
  slot->value = the->stack->value;
  mxPop();
  return present;
}

/* First step. `slot` lives on the engine's stack; it may be replaced by its text. */
void simValueFromSlot(txMachine* the, txSlot* slot, SimValue* value) {
  memset(value, 0, sizeof(*value));
  switch (slot->kind) {
    case XS_UNDEFINED_KIND:
      value->kind = SIM_UNDEFINED;
      break;
    case XS_NULL_KIND:
      value->kind = SIM_NULL;
      break;
    case XS_BOOLEAN_KIND:
      value->kind = SIM_BOOLEAN;
      value->integer = slot->value.boolean;
      break;
    case XS_INTEGER_KIND:
      value->kind = SIM_INTEGER;
      value->integer = slot->value.integer;
      break;
    case XS_NUMBER_KIND:
      value->kind = SIM_NUMBER;
      value->number = slot->value.number;
      break;
    case XS_REFERENCE_KIND:
      if (simIsBuffer(slot)) value->kind = SIM_BYTES;
      else value->kind = toJson(the, slot) ? SIM_JSON : SIM_UNDEFINED;
      break;
    default:
      fxToString(the, slot);
      value->kind = SIM_STRING;
      break;
  }
}

/* Views of every element size; the engine's own accessor takes bytes only. */
static void borrowView(txSlot* view, SimValue* value) {
  txSlot* buffer = view->next->value.reference->next;
  txSlot* info = buffer->next;
  char* start = (buffer->kind == XS_ARRAY_BUFFER_KIND) ? buffer->value.arrayBuffer.address : buffer->value.host.data;
  value->bytes = start + view->value.dataView.offset;
  value->length = (view->value.dataView.size >= 0)
                      ? (size_t)view->value.dataView.size
                      : (size_t)(info->value.bufferInfo.length - view->value.dataView.offset);
}

/* Second step: no allocation from here until the pointer has been used. */
void simValueBorrow(txMachine* the, txSlot* slot, SimValue* value) {
  if (value->kind == SIM_STRING || value->kind == SIM_JSON) {
    value->bytes = slot->value.string;
    value->length = strlen(value->bytes);
  }
  else if (value->kind == SIM_BYTES) {
    txSlot* first = slot->value.reference->next;
    if (first->kind == XS_TYPED_ARRAY_KIND) borrowView(first->next, value);
    else if (first->kind == XS_DATA_VIEW_KIND) borrowView(first, value);
    else {
      void* data;
      txUnsigned count;
      _xsmcGetBuffer(the, slot, &data, &count, 0);
      value->bytes = data;
      value->length = count;
    }
  }
}

/* The value on top of the engine's stack, as a copy that outlives the entry. */
void simValueTake(txMachine* the, SimValue* value) {
  simValueFromSlot(the, the->stack, value);
  simValueBorrow(the, the->stack, value);
  if (value->bytes) {
    char* copy = malloc(value->length + 1);
    memcpy(copy, value->bytes, value->length);
    value->bytes = copy;
    value->owned = 1;
  }
}

void simValuePush(txMachine* the, const SimValue* value) {
  switch (value->kind) {
    case SIM_UNDEFINED:
      mxPushUndefined();
      break;
    case SIM_NULL:
      mxPushNull();
      break;
    case SIM_BOOLEAN:
      mxPushBoolean(value->integer);
      break;
    case SIM_INTEGER:
      mxPushInteger(value->integer);
      break;
    case SIM_NUMBER:
      mxPushNumber(value->number);
      break;
    case SIM_STRING:
      mxPushUndefined();
      fxStringBuffer(the, the->stack, value->bytes, (txSize)value->length);
      break;
    case SIM_BYTES:
      mxPushUndefined();
      fxArrayBuffer(the, the->stack, value->bytes, (txInteger)value->length, -1);
      break;
    case SIM_JSON:
      mxPush(mxJSONObject);
      mxDub();
      mxGetID(mxID(_parse));
      mxCall();
      mxPushUndefined();
      fxStringBuffer(the, the->stack, value->bytes, (txSize)value->length);
      mxRunCount(1);
      break;
  }
}

void simValueFree(SimValue* value) {
  if (value->owned) free(value->bytes);
  value->owned = 0;
  value->bytes = NULL;
}
